package dev.millrace.worker.sandbox.docker;

import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.Sandbox;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A sandbox beside the one where something goes on, that has to answer all the while. */
final class Neighbour implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Sandbox sandbox;
    private final CompletableFuture<List<String>> asked = new CompletableFuture<>();
    private volatile boolean enough;

    private Neighbour(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    /** Takes over a sandbox, and asks it again and again. */
    static Neighbour of(Sandbox sandbox) {
        var neighbour = new Neighbour(sandbox);
        Thread.ofVirtual().start(neighbour::ask);
        return neighbour;
    }

    private void ask() {
        try {
            @Nullable String wrong;
            do {
                wrong = complaint();
            } while (wrong == null && !enough);
            asked.complete(wrong == null ? List.of() : List.of(wrong));
        } catch (RuntimeException failed) {
            asked.complete(List.of("the neighbour did not answer: " + failed));
        }
    }

    private @Nullable String complaint() {
        Ended ended = sandbox.run(Command.shell("echo here", LIMIT));
        return ended.succeeded() && ended.stdout().equals("here\n") ? null : "the neighbour answered " + ended;
    }

    /** Stops asking; tells whether it ever failed to answer. It answered at least once. */
    List<String> complaints() {
        enough = true;
        return asked.join();
    }

    @Override
    public void close() {
        enough = true;
        sandbox.close();
    }
}
