package dev.millrace.worker.sandbox.tether;

import dev.millrace.worker.sandbox.SystemCallFailed;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All that goes out. Whoever has a frame waits for its turn, one frame each time, and copies it into a bounded buffer;
 * one thread writes what the buffer holds. No caller writes itself, since an interrupt in a write would close the wire
 * for everybody. What this side owes, CREDIT, RESET, PING and LIFETIME, waits for nobody's turn: it is kept as a number
 * for each stream, and put behind the frames that are in the buffer when that is written next.
 */
final class Outbox implements Runnable {
    /** With so many bytes in the buffer the next frame waits: two whole frames of DATA are never in it. */
    private static final int FULL = FrameType.LONGEST;

    private static final int CHANNELS = 3;

    /** Puts frames into the buffer. */
    interface Frames {
        void into(Bytes to) throws SystemCallFailed;
    }

    private static final class Debt {
        private final int[] credit = new int[CHANNELS];
        private boolean reset;
    }

    private final Streams streams;
    /** Held while waiting for room, so that frames go in the order in which they came. */
    private final ReentrantLock turn = new ReentrantLock(true);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition said = lock.newCondition();
    private final Map<TetherStream<?>, Debt> debts = new LinkedHashMap<>();
    private Bytes filling = new Bytes();
    private Bytes writing = new Bytes();
    private long pings;
    private boolean pingOwed;
    private long lifetimeOwed;
    private @Nullable Failure failure;

    private final OutputStream out;
    private final Link link;

    Outbox(OutputStream out, Streams streams, Link link) {
        this.out = out;
        this.streams = streams;
        this.link = link;
    }

    /** Waits for its turn and room. */
    void say(Frames frames) throws InterruptedException, SystemCallFailed {
        turn.lockInterruptibly();
        try {
            lock.lockInterruptibly();
            try {
                while (filling.length() >= FULL && failure == null) {
                    room.await();
                }
                if (failure != null) {
                    throw failure.thrown();
                }
                frames.into(filling);
                said.signal();
            } finally {
                lock.unlock();
            }
        } finally {
            turn.unlock();
        }
    }

    void oweCredit(TetherStream<?> stream, int channel, int more) {
        lock.lock();
        try {
            if (failure == null) {
                debt(stream).credit[channel] += more;
                said.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The stream is over for this side; its number is free for nothing else until RESET is written. */
    void oweReset(TetherStream<?> stream) {
        lock.lock();
        try {
            if (failure == null && stream.number() != 0) {
                debt(stream).reset = true;
                said.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The token of a PING that is yet to be written. */
    long owePing() {
        lock.lock();
        try {
            if (!pingOwed) {
                pingOwed = true;
                pings++;
                said.signal();
            }
            return pings;
        } finally {
            lock.unlock();
        }
    }

    /** The newest token. */
    long pings() {
        lock.lock();
        try {
            return pings;
        } finally {
            lock.unlock();
        }
    }

    void oweLifetime(long seconds) {
        lock.lock();
        try {
            lifetimeOwed = seconds;
            said.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is said any more. */
    void fail(Failure why) {
        lock.lock();
        try {
            failure = why;
            debts.clear();
            room.signalAll();
            said.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        try {
            while (takeTurns()) {
                writing.writeTo(out);
                out.flush();
                writing.clear();
            }
        } catch (IOException e) {
            link.lost("it cannot be written to: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            link.lost("its writer was interrupted", e);
        } catch (RuntimeException e) {
            link.lost("its writer failed: " + e, e);
            throw e;
        }
    }

    /** Waits for something to write; false when there will be no more. */
    private boolean takeTurns() throws InterruptedException {
        lock.lock();
        try {
            while (failure == null && filling.length() == 0 && debts.isEmpty() && !pingOwed && lifetimeOwed == 0) {
                said.await();
            }
            if (failure != null) {
                return false;
            }
            payDebts();
            var full = filling;
            filling = writing;
            writing = full;
            room.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void payDebts() {
        if (pingOwed) {
            filling.frame(0, FrameType.PING, 8).u64(pings);
            pingOwed = false;
        }
        if (lifetimeOwed > 0) {
            filling.frame(0, FrameType.LIFETIME, 4).u32(lifetimeOwed);
            lifetimeOwed = 0;
        }
        debts.forEach((stream, debt) -> {
            if (debt.reset) {
                filling.frame(stream.number(), FrameType.RESET, 0);
                streams.over(stream);
            } else if (!stream.isOver()) {
                payCredit(stream.number(), debt.credit);
            }
        });
        debts.clear();
    }

    private void payCredit(int number, int[] credit) {
        for (int channel = 0; channel < CHANNELS; channel++) {
            if (credit[channel] > 0) {
                filling.frame(number, FrameType.CREDIT, 5).u8(channel).u32(credit[channel]);
            }
        }
    }

    private Debt debt(TetherStream<?> stream) {
        return debts.computeIfAbsent(stream, _ -> new Debt());
    }
}
