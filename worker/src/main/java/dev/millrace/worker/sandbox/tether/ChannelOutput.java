package dev.millrace.worker.sandbox.tether;

import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What goes out on channel 0 of a stream, unbuffered, as far as the other end's credit reaches. For one thread at a
 * time. Closing it says END.
 */
final class ChannelOutput extends OutputStream {
    /** Most bytes in one frame, beside the number of the channel. */
    static final int PORTION = FrameType.LONGEST - 1;

    private final TetherStream<?> stream;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int credit = ChannelInput.WINDOW;
    private @Nullable Failure failure;
    private boolean closed;
    private volatile boolean ended;

    ChannelOutput(TetherStream<?> stream) {
        this.stream = stream;
    }

    /** The other end takes more. */
    void credit(long more) throws Violation {
        lock.lock();
        try {
            if (more > ChannelInput.WINDOW - credit) {
                throw new Violation("CREDIT for " + more + " bytes on " + stream + ", more than were sent");
            }
            credit += (int) more;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void fail(Failure why) {
        lock.lock();
        try {
            if (failure == null) {
                failure = why;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether END was said. */
    boolean ended() {
        return ended;
    }

    @Override
    public void write(int b) throws SystemCallFailed {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /**
     * @throws SystemCallFailed if the stream is over
     * @throws SandboxUnavailable if the tether broke, or the thread was interrupted: then the stream is over
     */
    @Override
    public void write(byte[] from, int offset, int length) throws SystemCallFailed {
        Objects.checkFromIndexSize(offset, length, from.length);
        for (int sent = 0; sent < length; ) {
            int n = spend(Math.min(PORTION, length - sent));
            int at = offset + sent;
            stream.say(
                    to -> to.frame(stream.number(), FrameType.DATA, 1 + n).u8(0).raw(from, at, n));
            sent += n;
        }
    }

    /** No more comes on this channel. Nothing, if the stream is over. */
    @Override
    public void close() throws SystemCallFailed {
        lock.lock();
        try {
            if (closed || failure != null) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        try {
            stream.say(to -> {
                to.frame(stream.number(), FrameType.END, 1).u8(0);
                ended = true;
                stream.endOfOneWay();
            });
        } catch (SystemCallFailed _) {
            // It is over: nobody waits for the end any more.
        }
    }

    private int spend(int wanted) throws SystemCallFailed {
        lock.lock();
        try {
            while (credit == 0 && failure == null && !closed) {
                changed.await();
            }
            if (closed) {
                throw Failure.closed().thrown();
            }
            if (failure != null) {
                throw failure.thrown();
            }
            int n = Math.min(wanted, credit);
            credit -= n;
            return n;
        } catch (InterruptedException interrupt) {
            throw stream.interrupted(interrupt);
        } finally {
            lock.unlock();
        }
    }
}
