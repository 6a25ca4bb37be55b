package dev.millrace.worker.attempt;

import dev.millrace.schemas.avro.Timing;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long each part of an attempt took, one after the other; what comes again counts to what was. */
final class Stopwatch {
    private final Map<String, Duration> parts = new LinkedHashMap<>();
    private long since = System.nanoTime();

    /** Ends the part that began with the one before. */
    Duration lap(String part) {
        long now = System.nanoTime();
        var took = Duration.ofNanos(now - since);
        parts.merge(part, took, Duration::plus);
        since = now;
        return took;
    }

    List<Timing> timings() {
        return parts.entrySet().stream()
                .map(part -> new Timing(part.getKey(), part.getValue().toNanos() / 1_000))
                .toList();
    }
}
