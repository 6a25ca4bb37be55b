package dev.millrace.worker.sandbox.tether;

import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Signs of life: says PING three times in every silence, so that the other end hears this one, and gives the tether up
 * when nothing at all came back for longer than a silence.
 */
final class Pulse implements Runnable {
    private static final int TIMES = 3;

    private final Link link;
    private final Duration silence;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long pongs;
    private @Nullable Failure failure;

    Pulse(Link link, Duration silence) {
        this.link = link;
        this.silence = silence;
    }

    @Override
    public void run() {
        try {
            long heard = link.framesHeard();
            int unheard = 0;
            while (!ended.await(TimeUnit.NANOSECONDS.convert(silence) / TIMES, TimeUnit.NANOSECONDS)) {
                long now = link.framesHeard();
                // Counted, not read from a clock: a worker that was stopped for a while hears the answer first.
                unheard = now == heard ? unheard + 1 : 0;
                heard = now;
                if (unheard > TIMES) {
                    link.lost("nothing was heard for " + silence, null);
                    return;
                }
                link.outbox().owePing();
            }
        } catch (InterruptedException e) {
            link.lost("its pulse was interrupted", e);
        }
    }

    /** An answer to a PING; they come in the order of the questions. */
    void pong(long token) throws Violation {
        long asked = link.outbox().pings();
        lock.lock();
        try {
            if (token != pongs + 1 || token > asked) {
                throw new Violation("PONG " + Long.toUnsignedString(token) + ", which answers no PING");
            }
            pongs = token;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for an answer to a PING that is said now; false if none came in time.
     *
     * @throws SandboxUnavailable if the tether broke
     */
    boolean beat(Duration within) throws InterruptedException {
        long token = link.outbox().owePing();
        long left = TimeUnit.NANOSECONDS.convert(within);
        lock.lockInterruptibly();
        try {
            while (pongs < token && failure == null && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (failure != null) {
                throw failure.unavailable();
            }
            return pongs >= token;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread, and every wait in here. */
    void fail(Failure why) {
        ended.countDown();
        lock.lock();
        try {
            failure = why;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
