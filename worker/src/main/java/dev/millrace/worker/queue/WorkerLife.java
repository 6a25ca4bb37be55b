package dev.millrace.worker.queue;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** Starts the queue with its process, and ends it in order: nothing more is taken, what runs is stopped. */
final class WorkerLife implements SmartLifecycle {
    /** Started after dispatch, stopped before it. */
    private static final int PHASE = 300;

    private static final Duration FOLLOWING = Duration.ofSeconds(60);

    private final Supplier<Parts> start;
    private @Nullable Parts parts;

    WorkerLife(Supplier<Parts> start) {
        this.start = start;
    }

    /** What lives as long as the worker takes work. */
    record Parts(Leases leases, Running running, WorkQueue queue) {}

    @Override
    public synchronized void start() {
        parts = start.get();
        try {
            // A claim made before would not hear of its grant.
            if (!parts.leases().awaitFollowing(FOLLOWING)) {
                stop();
                throw new IllegalStateException("the tasks topic could not be followed within " + FOLLOWING);
            }
            parts.queue().start();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void stop() {
        if (parts != null) {
            parts.queue().close();
            parts.running().close();
            parts.leases().close();
            parts = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return parts != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
