package dev.millrace.worker.model.upstream;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint that says "not now" means for everybody who asks it: all wait, one tries, in the order in which they
 * came; when it gets through, all go. Thread-safe.
 */
public final class BackPressure {
    /** Endpoints that want nothing more say so at once: whoever is not refused for so long is being served. */
    private static final Duration PROBE = Duration.ofSeconds(10);

    private final Backoff backoff;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Object> queue = new ArrayDeque<>();
    private int failures;
    private Instant quietUntil = Instant.MIN;
    private @Nullable Pass probe;
    private Instant probeUntil = Instant.MIN;

    public BackPressure(Backoff backoff) {
        this.backoff = backoff;
    }

    /** How long to wait in matters that are nobody else's. */
    public Backoff backoff() {
        return backoff;
    }

    /** What comes of waiting. */
    public sealed interface Entry {}

    /** The deadline comes first. */
    public record TooLate(Duration tryAfter) implements Entry {}

    /**
     * Waits until a request may be sent.
     *
     * @param deadline the latest that it would be of use
     */
    public Entry enter(Instant deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            return failures == 0 ? new Pass(false) : inOrder(deadline);
        } finally {
            lock.unlock();
        }
    }

    private Entry inOrder(Instant deadline) throws InterruptedException {
        Object me = new Object();
        queue.add(me);
        try {
            while (failures > 0) {
                Instant now = backoff.clock().instant();
                Instant next = probe != null && probeUntil.isAfter(quietUntil) ? probeUntil : quietUntil;
                if (!deadline.isAfter(now) || quietUntil.isAfter(deadline)) {
                    return new TooLate(Duration.between(now, next.isAfter(now) ? next : now));
                }
                if (me.equals(queue.peek()) && !next.isAfter(now)) {
                    var mine = new Pass(true);
                    probe = mine;
                    probeUntil = now.plus(PROBE);
                    return mine;
                }
                Instant until = next.isAfter(now) && next.isBefore(deadline) ? next : deadline;
                changed.awaitNanos(nanos(Duration.between(now, until)));
            }
            return new Pass(false);
        } finally {
            queue.remove(me);
            changed.signalAll();
        }
    }

    private static long nanos(Duration wait) {
        // A day at most: a deadline may lie beyond what nanoseconds can count.
        return Math.min(
                wait.compareTo(Duration.ofDays(1)) < 0 ? wait.toNanos() : Long.MAX_VALUE, TimeUnit.DAYS.toNanos(1));
    }

    /** The right to send one request. */
    public final class Pass implements Entry, AutoCloseable {
        private final boolean probing;

        private Pass(boolean probing) {
            this.probing = probing;
        }

        /** The endpoint took the request. */
        public void accepted() {
            lock.lock();
            try {
                if (probing) {
                    failures = 0;
                    probe = null;
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        /**
         * The endpoint refused the request, as it would any other.
         *
         * @return how long nobody will try
         */
        public Duration refused(HttpHeaders answer) {
            lock.lock();
            try {
                // Requests that were under way when the first was refused tell nothing new, and must not add up.
                if (failures == 0 || probing) {
                    failures++;
                }
                Duration wait = backoff.after(failures, answer);
                wait = wait.plusNanos(
                        (long) (wait.toNanos() * 0.1 * backoff.random().nextDouble()));
                Instant now = backoff.clock().instant();
                if (now.plus(wait).isAfter(quietUntil)) {
                    quietUntil = now.plus(wait);
                }
                release();
                return Duration.between(now, quietUntil);
            } finally {
                lock.unlock();
            }
        }

        /** If it was not told how it went, somebody else may try. Never throws, may be called twice. */
        @Override
        public void close() {
            lock.lock();
            try {
                release();
            } finally {
                lock.unlock();
            }
        }

        private void release() {
            if (probe == this) {
                probe = null;
                changed.signalAll();
            }
        }
    }
}
