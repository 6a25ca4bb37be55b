package dev.millrace.worker.attempt;

import dev.millrace.schemas.avro.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long each part of an attempt took, one after the other. */
final class Stopwatch {
    private final List<Timing> timings = new ArrayList<>();
    private long since = System.nanoTime();

    /** Ends the part that began with the one before. */
    Duration lap(String part) {
        long now = System.nanoTime();
        var took = Duration.ofNanos(now - since);
        timings.add(new Timing(part, took.toNanos() / 1_000));
        since = now;
        return took;
    }

    List<Timing> timings() {
        return List.copyOf(timings);
    }
}
