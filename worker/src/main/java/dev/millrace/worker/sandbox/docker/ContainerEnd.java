package dev.millrace.worker.sandbox.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventActor;
import com.github.dockerjava.api.model.EventType;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Why a container ended, in plain words. It removes itself when it ends, so that there is nothing left to inspect; but
 * the engine remembers its last events, and those are asked for only when somebody needs to know.
 */
final class ContainerEnd extends ResultCallback.Adapter<Event> {
    /** The connection can break a moment before the engine has noticed the end. */
    private static final long PATIENCE_SECONDS = 5;

    private static final int KILLED = 137;

    private final CountDownLatch died = new CountDownLatch(1);
    private volatile boolean outOfMemory;
    private volatile boolean killedByEngine;
    private volatile @Nullable Integer exitCode;

    private ContainerEnd() {}

    /** May take a few seconds. Never throws. */
    static String of(Engine engine, String container) {
        var end = new ContainerEnd();
        try {
            engine.ask("say why a sandbox ended", docker -> {
                docker.eventsCmd()
                        .withEventTypeFilter(EventType.CONTAINER)
                        .withContainerFilter(container)
                        .withEventFilter("oom", "kill", "die")
                        .withSince("1")
                        .exec(end);
                return end.await();
            });
        } catch (SandboxUnavailable unknown) {
            return String.valueOf(unknown.getMessage());
        } finally {
            end.stop();
        }
        return words(end.exitCode, end.outOfMemory, end.killedByEngine);
    }

    static String words(@Nullable Integer exitCode, boolean outOfMemory, boolean killedByEngine) {
        return switch (exitCode) {
            case null -> "the connection to its container broke, and the engine does not know of its end";
            case 0 -> "its container is gone: it was told to end";
            case 3 -> "its container is gone: its tether was told something that it does not understand (exit code 3)";
            case 4 ->
                "its container is gone: it came to the end of its lifetime (%slifetime)"
                        .formatted(SandboxProperties.PREFIX);
            case 5 -> "its container is gone: it heard nothing of this worker any more";
            case KILLED ->
                "its container is gone: "
                        + (killedByEngine
                                ? "somebody killed or removed it through the engine"
                                : outOfMemory
                                        ? "it ran out of memory (%smemory)".formatted(SandboxProperties.PREFIX)
                                        : "the machine killed it");
            default -> "its container is gone: it ended with exit code " + exitCode;
        };
    }

    @Override
    public void onNext(Event event) {
        switch (String.valueOf(event.getAction())) {
            case "oom" -> outOfMemory = true;
            case "kill" -> killedByEngine = true;
            case "die" -> {
                exitCode = exitCode(event.getActor());
                died.countDown();
            }
            default -> {
                // Others were not asked for.
            }
        }
    }

    private static @Nullable Integer exitCode(@Nullable EventActor actor) {
        Map<String, String> attributes = actor == null ? null : actor.getAttributes();
        String code = attributes == null ? null : attributes.get("exitCode");
        return code == null || !code.matches("[0-9]{1,9}") ? null : Integer.valueOf(code);
    }

    private boolean await() {
        try {
            return died.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void stop() {
        try {
            close();
        } catch (IOException _) {
            // Nothing depends on it any more.
        }
    }
}
