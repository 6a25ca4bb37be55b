package dev.millrace.bench.sandbox;

import dev.millrace.bench.report.Series;
import java.io.IOException;

/** Takes the time. */
final class Clock {
    private Clock() {}

    interface Work {
        void run() throws IOException, InterruptedException;
    }

    /** @param counts whether the time is kept; the first ones only warm up */
    static void time(Series series, boolean counts, Work work) throws IOException, InterruptedException {
        long start = System.nanoTime();
        work.run();
        if (counts) {
            series.addNanos(System.nanoTime() - start);
        }
    }
}
