package dev.millrace.ingest.trigger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.function.Function;

/** Answers that hold for a while; what failed is not remembered. Thread-safe; two may ask the same at the same time. */
final class Remembered<K, V> {
    private final Duration span;
    private final int most;
    private final InstantSource clock;
    /** Oldest first. */
    private final LinkedHashMap<K, Known<V>> known = new LinkedHashMap<>();

    Remembered(Duration span, int most, InstantSource clock) {
        this.span = span;
        this.most = most;
        this.clock = clock;
    }

    private record Known<V>(V value, Instant until) {}

    V get(K key, Function<K, V> question) {
        Instant asked = clock.instant();
        synchronized (known) {
            var there = known.get(key);
            if (there != null && asked.isBefore(there.until())) {
                return there.value();
            }
        }
        V value = question.apply(key);
        synchronized (known) {
            known.remove(key);
            known.put(key, new Known<>(value, asked.plus(span)));
            if (known.size() > most) {
                known.pollFirstEntry();
            }
        }
        return value;
    }
}
