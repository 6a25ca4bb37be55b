package dev.millrace.worker.sandbox.docker;

import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one command leaves running. Every process inherits a mark in its environment, so that all that it started can be
 * found again, even what moved to a session of its own. A program that drops the mark ends with its sandbox.
 */
final class Leftovers {
    private static final AtomicLong COMMANDS = new AtomicLong();
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** Three rounds, since a process may fork while the first looks at the others. */
    private static final String KILL = """
            for round in 1 2 3; do
              for process in /proc/[0-9]*; do
                if grep -qsz "^$0\\$" "$process/environ"; then kill -KILL "${process#/proc/}"; fi
              done
            done 2>/dev/null
            """;

    private final Engine engine;
    private final String container;
    private final String mark = "MILLRACE_COMMAND=" + COMMANDS.incrementAndGet();

    Leftovers(Engine engine, String container) {
        this.engine = engine;
        this.container = container;
    }

    String mark() {
        return mark;
    }

    /** Kills them; best effort, since {@code close} ends whatever is left. */
    void kill() {
        inside("sh", "-c", KILL, mark);
    }

    /**
     * After a command was killed: by its limit, in which case its children go too, or because its container died.
     *
     * @throws SandboxUnavailable if the container is dead
     */
    void settle(boolean timedOut) {
        if (timedOut) {
            kill();
        } else {
            // The engine reports a dying container's commands before the container; by the time it answers this, it
            // knows.
            inside("true");
        }
        if (!containerRuns()) {
            throw new SandboxUnavailable(
                    "the sandbox's container died while a command ran: it was removed, or came to the end of its lifetime or memory");
        }
    }

    /** @throws SandboxUnavailable if the container is gone */
    boolean containerRuns() {
        return engine.ask(
                "look at a sandbox",
                docker -> Boolean.TRUE.equals(
                        docker.inspectContainerCmd(container).exec().getState().getRunning()));
    }

    private void inside(String... argv) {
        try {
            String id = engine.ask(
                    "tidy up in a sandbox",
                    docker -> docker.execCreateCmd(container)
                            .withAttachStdout(true)
                            .withCmd(argv)
                            .exec()
                            .getId());
            try (var stream = new ExecStream(OutputStream.nullOutputStream(), OutputStream.nullOutputStream())) {
                engine.streaming()
                        .execStartCmd(id)
                        .withDetach(false)
                        .exec(stream)
                        .await(LIMIT);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (SandboxUnavailable _) {
            // The next command finds out and says so.
        }
    }
}
