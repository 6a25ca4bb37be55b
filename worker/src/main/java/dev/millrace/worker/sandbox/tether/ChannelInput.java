package dev.millrace.worker.sandbox.tether;

import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What comes in on one channel of a stream: a ring that the reader of the wire fills and one thread empties. Credit
 * bounds it: the other end gets more only as bytes are handed on, so that filling never waits.
 */
final class ChannelInput extends InputStream {
    /** Bytes that a channel may carry ahead of CREDIT. */
    static final int WINDOW = 262_144;

    private static final int SMALLEST = 4_096;
    /** Credit is said in portions, not for every read; the other end has the rest of the window meanwhile. */
    private static final int PORTION = WINDOW / 4;

    private static final byte[] NONE = {};

    private final TetherStream<?> stream;
    private final int channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private byte[] ring = NONE;
    private int start;
    private int count;
    private int credit = WINDOW;
    private int handedOn;
    private volatile boolean ended;
    private boolean dropped;
    private @Nullable Failure failure;

    ChannelInput(TetherStream<?> stream, int channel) {
        this.stream = stream;
        this.channel = channel;
    }

    /** Bytes from the wire. */
    void put(byte[] from, int offset, int length) throws Violation {
        lock.lock();
        try {
            if (ended) {
                throw new Violation("DATA after END on channel " + channel + " of " + stream);
            }
            if (length > credit) {
                throw new Violation(
                        length + " bytes on channel " + channel + " of " + stream + ", over its credit of " + credit);
            }
            credit -= length;
            if (dropped) {
                handOn(length);
            } else if (failure == null) {
                fill(from, offset, length);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void end() throws Violation {
        lock.lock();
        try {
            if (ended) {
                throw new Violation("END twice on channel " + channel + " of " + stream);
            }
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean ended() {
        return ended;
    }

    /** Drops what is in here; reading fails from now on. */
    void fail(Failure why) {
        lock.lock();
        try {
            if (failure == null) {
                failure = why;
                forget();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the first bytes, the end, or a failure, which it throws. */
    void awaitFirst() throws SystemCallFailed {
        lock.lock();
        try {
            awaitSomething();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws SystemCallFailed {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** @throws SandboxUnavailable if the tether broke, or the thread was interrupted: then the stream is over */
    @Override
    public int read(byte[] into, int offset, int length) throws SystemCallFailed {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            awaitSomething();
            if (count == 0) {
                return -1;
            }
            int n = Math.min(length, count);
            int first = Math.min(n, ring.length - start);
            System.arraycopy(ring, start, into, offset, first);
            System.arraycopy(ring, 0, into, offset + first, n - first);
            start = (start + n) & (ring.length - 1);
            count -= n;
            handOn(n);
            return n;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** What is in here, and what still comes, is dropped; the other end may go on. */
    @Override
    public void close() {
        lock.lock();
        try {
            dropped = true;
            int rest = count;
            forget();
            handOn(rest);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitSomething() throws SystemCallFailed {
        try {
            while (count == 0 && !ended && failure == null && !dropped) {
                changed.await();
            }
        } catch (InterruptedException interrupt) {
            throw stream.interrupted(interrupt);
        }
        if (dropped) {
            throw Failure.closed().thrown();
        }
        if (failure != null) {
            throw failure.thrown();
        }
    }

    private void fill(byte[] from, int offset, int length) {
        if (count + length > ring.length) {
            grow(count + length);
        }
        int at = (start + count) & (ring.length - 1);
        int first = Math.min(length, ring.length - at);
        System.arraycopy(from, offset, ring, at, first);
        System.arraycopy(from, offset + first, ring, 0, length - first);
        count += length;
    }

    /** To a power of two; {@link #WINDOW}, which is one, is enough for all that credit allows. */
    private void grow(int atLeast) {
        int size = Math.max(SMALLEST, Integer.highestOneBit(atLeast - 1) << 1);
        byte[] larger = new byte[size];
        int first = Math.min(count, ring.length - start);
        System.arraycopy(ring, start, larger, 0, first);
        System.arraycopy(ring, 0, larger, first, count - first);
        ring = larger;
        start = 0;
    }

    private void handOn(int n) {
        handedOn += n;
        if (handedOn >= PORTION && !ended) {
            credit += handedOn;
            stream.sayCredit(channel, handedOn);
            handedOn = 0;
        }
    }

    private void forget() {
        ring = NONE;
        start = 0;
        count = 0;
    }
}
