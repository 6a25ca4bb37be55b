package dev.millrace.bench.peer;

import dev.millrace.standalone.process.OutsideCommand;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The docker command, as scripts and mini-swe-agent use it. */
public final class Cli {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private Cli() {}

    /** A container that sleeps, with no network; close it. */
    public static Container run(String image) throws IOException, InterruptedException {
        return new Container(docker("run", "-d", "--rm", "--network", "none", image, "sleep", "600"));
    }

    /** A container from its start to its end, with nothing done in it. */
    public static void runTrue(String image) throws IOException, InterruptedException {
        docker("run", "--rm", "--network", "none", image, "true");
    }

    /** What docker says. */
    public static String docker(String... arguments) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of("docker"));
        argv.addAll(List.of(arguments));
        return OutsideCommand.run(argv, LIMIT).strip();
    }

    /** A running container. */
    public record Container(String id) implements AutoCloseable {
        public void exec(String... argv) throws IOException, InterruptedException {
            List<String> all = new ArrayList<>(List.of("exec", id));
            all.addAll(List.of(argv));
            docker(all.toArray(String[]::new));
        }

        @Override
        public void close() throws IOException {
            try {
                docker("rm", "-f", id);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while container %s was removed".formatted(id), stopped);
            }
        }
    }
}
