package dev.millrace.worker.queue;

import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.wire.Follower;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** Starts the queue with its process, and ends it in order: nothing more is taken, what runs may end or is handed back. */
final class WorkerLife implements SmartLifecycle {
    /** Started after dispatch, stopped before it. */
    private static final int PHASE = 300;

    private static final Duration FOLLOWING = Duration.ofSeconds(60);

    private final Supplier<Parts> start;
    private final Duration drain;
    private volatile @Nullable Parts parts;

    /** @param drain how long what runs may take to end by itself */
    WorkerLife(Supplier<Parts> start, Duration drain) {
        this.start = start;
        this.drain = drain;
    }

    /** What lives as long as the worker takes work. */
    record Parts(Follower<TaskState> tasks, Running running, WorkQueue queue) {
        boolean isAlive() {
            return tasks.isAlive() && queue.isAlive();
        }
    }

    @Override
    public synchronized void start() {
        Parts started = start.get();
        parts = started;
        try {
            // A claim made before would not hear of its grant.
            if (!started.tasks().awaitCaughtUp(FOLLOWING)) {
                stop();
                throw new IllegalStateException("the tasks topic could not be followed within " + FOLLOWING);
            }
            started.queue().start();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes as long as what runs, within the limit. */
    @Override
    public synchronized void stop() {
        Parts running = parts;
        if (running == null) {
            return;
        }
        running.queue().close();
        try {
            running.running().drain(drain);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            running.running().close();
            running.tasks().close();
            parts = null;
        }
    }

    @Override
    public boolean isRunning() {
        return parts != null;
    }

    /** Whether work is taken, or could be: not where a part of it has died, which only a new start mends. */
    boolean isAlive() {
        Parts running = parts;
        return running != null && running.isAlive();
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
