package dev.millrace.worker.model.gateway;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Stops all models of this worker at once, and what is under way to them. Thread-safe. */
public final class StopSwitch {
    private final Set<Thread> calls = new HashSet<>();
    private @Nullable String why;

    /** Ends the calls under way and refuses all that come, until {@link #resume()}. */
    public synchronized void stop(String reason) {
        why = reason;
        calls.forEach(Thread::interrupt);
    }

    /** Whether anything was stopped. */
    public synchronized boolean resume() {
        boolean was = why != null;
        why = null;
        return was;
    }

    /** Why all is stopped; null if it is not. */
    public synchronized @Nullable String stopped() {
        return why;
    }

    /** Lets the calling thread be interrupted by {@link #stop}, until it leaves. */
    synchronized Guard enter() {
        calls.add(Thread.currentThread());
        return this::leave;
    }

    private synchronized void leave() {
        calls.remove(Thread.currentThread());
    }

    /** A call under way. */
    interface Guard extends AutoCloseable {
        @Override
        void close();
    }
}
