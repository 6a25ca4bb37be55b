package dev.millrace.worker.sandbox.tether;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The streams that are open, by number. Each end may have so many of its making open at once. */
final class Streams {
    /** Of each end's making. */
    static final int MOST = 512;

    private static final int EVERYBODY = 1 << 30;

    private final Map<Integer, TetherStream<?>> open = new ConcurrentHashMap<>();
    private final Semaphore room = new Semaphore(MOST, true);
    /** Written under the outbox's lock, so that numbers rise on the wire. */
    private volatile int lastOpened;
    /** The other end's; only the reader of the wire uses these two. */
    private int lastAccepted = Integer.MIN_VALUE;

    private volatile @Nullable Failure failure;

    /** Waits until one more may be opened from this side; {@link #over} gives the place back. */
    void awaitRoom() throws InterruptedException {
        room.acquire();
    }

    void giveBackRoom() {
        room.release();
    }

    /** Gives a stream of this side's making the next number. */
    void opened(TetherStream<?> stream) {
        int number = Math.addExact(lastOpened, 1);
        lastOpened = number;
        add(number, stream);
    }

    /** Takes a stream of the other end's making, by the number that it said. */
    void accepted(int number, TetherStream<?> stream) throws Violation {
        if (number >= 0 || number <= lastAccepted) {
            throw new Violation("ACCEPTED on stream " + Integer.toUnsignedString(number) + ", which is not a new one");
        }
        lastAccepted = number;
        long connections = open.keySet().stream().filter(n -> n < 0).count();
        if (connections >= MOST) {
            throw new Violation("more than " + MOST + " connections at once");
        }
        add(number, stream);
    }

    /** The open stream of that number; null if it is over. */
    @Nullable
    TetherStream<?> get(int number) throws Violation {
        var stream = open.get(number);
        if (stream == null && number > (number < 0 ? lastAccepted : lastOpened)) {
            throw new Violation("a frame on stream " + Integer.toUnsignedString(number) + ", which was never opened");
        }
        return stream;
    }

    /** Neither end says anything more on it. */
    void over(TetherStream<?> stream) {
        if (open.remove(stream.number(), stream) && stream.number() > 0) {
            room.release();
        }
    }

    /** All streams, and any that is opened later, come to this. */
    void fail(Failure why) {
        failure = why;
        open.values().forEach(stream -> stream.fail(why));
        open.clear();
        room.release(EVERYBODY);
    }

    private void add(int number, TetherStream<?> stream) {
        stream.numbered(number);
        open.put(number, stream);
        var broken = failure;
        if (broken != null) {
            stream.fail(broken);
        }
    }
}
