package dev.millrace.standalone.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of the machine to its end, as a yardstick or to ask it something. */
public final class OutsideCommand {
    private OutsideCommand() {}

    /**
     * What the program wrote to both its outputs.
     *
     * @param limit after which it is killed
     * @throws IOException if it cannot be run, takes longer, or ends with another code than 0; says what it wrote
     */
    public static String run(List<String> argv, Duration limit) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
        try (var killer = new Deadline(process, limit)) {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException("'%s' ended with %d%s: %s"
                        .formatted(
                                String.join(" ", argv), code, killer.struck() ? " after " + limit : "", said.strip()));
            }
            return said;
        }
    }

    /** Kills a process that runs too long, so that reading from it ends. */
    private static final class Deadline implements AutoCloseable {
        private final Process process;
        private final Thread watch;
        private volatile boolean struck;

        Deadline(Process process, Duration limit) {
            this.process = process;
            this.watch = Thread.ofVirtual().start(() -> waitAndStrike(limit));
        }

        boolean struck() {
            return struck;
        }

        @Override
        public void close() {
            watch.interrupt();
            process.destroyForcibly();
        }

        private void waitAndStrike(Duration limit) {
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    struck = true;
                    process.destroyForcibly();
                }
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
