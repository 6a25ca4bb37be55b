package dev.millrace.worker.control;

import dev.millrace.schemas.avro.ControlRequest;
import dev.millrace.schemas.wire.Follower;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** Follows {@code controls} as long as its process takes work, from before the first of it. */
final class ControlLife implements SmartLifecycle {
    /** Just before the queue. */
    private static final int PHASE = 299;

    private final Supplier<Follower<ControlRequest>> start;
    private @Nullable Follower<ControlRequest> follower;

    ControlLife(Supplier<Follower<ControlRequest>> start) {
        this.start = start;
    }

    @Override
    public synchronized void start() {
        follower = start.get();
    }

    @Override
    public synchronized void stop() {
        if (follower != null) {
            follower.close();
            follower = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return follower != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
