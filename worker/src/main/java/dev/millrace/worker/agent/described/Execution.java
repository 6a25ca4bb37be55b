package dev.millrace.worker.agent.described;

import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.ByteArrayInputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program in a sandbox, on a thread of its own, so that it can be watched while it runs. Close it. */
final class Execution implements AutoCloseable {
    private static final int LINES = 256;
    private static final Duration LAST_WORDS = Duration.ofSeconds(30);

    private final BlockingQueue<News> news = new ArrayBlockingQueue<>(LINES);
    private final Thread thread;

    /** What happened. */
    sealed interface News {}

    /** It wrote a line to its standard output. */
    record Line(String text) implements News {}

    /** It has ended; there is no more news. */
    record Over(Ended ended) implements News {}

    /** The sandbox failed; there is no more news. */
    record Broke(RuntimeException why) implements News {}

    Execution(Sandbox sandbox, Command command, byte[] input) {
        thread = Thread.ofVirtual().name("agent").start(() -> run(sandbox, command, input));
    }

    private void run(Sandbox sandbox, Command command, byte[] input) {
        var lines = new Lines(line -> news.put(new Line(line)));
        try {
            News last;
            try {
                Ended ended = sandbox.pipe(command, new ByteArrayInputStream(input), lines);
                lines.finish();
                last = new Over(ended);
            } catch (InterruptedIOException interrupted) {
                last = new Broke(new UncheckedIOException(interrupted));
            } catch (RuntimeException broken) {
                last = new Broke(broken);
            }
            news.put(last);
        } catch (InterruptedException _) {
            // Closed: nobody wants to know.
            Thread.currentThread().interrupt();
        }
    }

    /** The next that happens; null if nothing does in that time. */
    @Nullable
    News next(Duration wait) throws InterruptedException {
        return news.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends the program and all that it started, if they still run. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            if (!thread.join(LAST_WORDS)) {
                throw new SandboxUnavailable("an agent's program could not be ended within " + LAST_WORDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
