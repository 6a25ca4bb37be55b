package dev.millrace.bench.ingest;

import java.time.Duration;
import java.util.Arrays;

/** How long answers took, and how many there were in the time; thread-safe. */
final class Times {
    private long[] nanos = new long[1 << 16];
    private int count;
    private Duration over = Duration.ZERO;

    synchronized void add(long taken) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = taken;
    }

    /** That much time has passed since the last of these, or the beginning. */
    synchronized void passed(Duration time) {
        over = over.plus(time);
    }

    synchronized int count() {
        return count;
    }

    synchronized double perSecond() {
        return over.isZero() ? 0 : count / (over.toNanos() / 1e9);
    }

    /** The smallest time, in milliseconds, that the part of all does not exceed. */
    synchronized double millis(double part) {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return count == 0 ? 0 : sorted[Math.max(0, (int) Math.ceil(part * count) - 1)] / 1e6;
    }
}
