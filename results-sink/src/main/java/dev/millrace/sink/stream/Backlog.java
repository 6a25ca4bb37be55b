package dev.millrace.sink.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was seen of one partition, and is not settled. Keys wait each for itself: behind a record that cannot be handled
 * now wait those of its own key, in order, and nobody else's. Thread-safe.
 */
final class Backlog {
    private record Trouble(int failures, Instant until) {}

    private final TreeMap<Long, String> unsettled = new TreeMap<>();
    private final Map<String, Trouble> troubles = new HashMap<>();
    private long committed;
    private long next;
    private boolean awaited;

    /**
     * @param first offset that is read; whatever comes before was committed
     */
    Backlog(long first) {
        committed = first;
        next = first;
    }

    /** Whether the record was dealt with before, and comes again only because an earlier one did. */
    synchronized boolean isSettled(long offset) {
        return offset < next && !unsettled.containsKey(offset);
    }

    synchronized boolean waits(String key, Instant now) {
        var trouble = troubles.get(key);
        return trouble != null && now.isBefore(trouble.until());
    }

    /** Whether an earlier record of the key is not settled, which must come first. */
    synchronized boolean isBehind(long offset, String key) {
        return unsettled.headMap(offset).containsValue(key);
    }

    /** Of the key's first record that is not settled, in a row. */
    synchronized int failures(String key) {
        var trouble = troubles.get(key);
        return trouble == null ? 0 : trouble.failures();
    }

    synchronized void failed(String key, Instant until) {
        troubles.put(key, new Trouble(failures(key) + 1, until));
    }

    synchronized void leave(long offset, String key) {
        unsettled.put(offset, key);
        next = Math.max(next, offset + 1);
    }

    synchronized void settle(long offset, String key) {
        unsettled.remove(offset);
        troubles.remove(key);
        next = Math.max(next, offset + 1);
    }

    /** For records that another one made needless. */
    synchronized void settleAll(Collection<Long> offsets) {
        offsets.forEach(offset -> {
            unsettled.remove(offset);
            next = Math.max(next, offset + 1);
        });
    }

    /** Where somebody who knows nothing has to begin. */
    synchronized long floor() {
        return unsettled.isEmpty() ? next : unsettled.firstKey();
    }

    /** The new floor, if it rose since the last time; to be committed. */
    synchronized Optional<Long> risen() {
        if (floor() <= committed) {
            return Optional.empty();
        }
        committed = floor();
        return Optional.of(committed);
    }

    /** How long until something can be tried again, if nobody waits for that already. */
    synchronized Optional<Duration> await(Instant now) {
        if (unsettled.isEmpty() || awaited) {
            return Optional.empty();
        }
        awaited = true;
        return Optional.of(untilTheFirst(now));
    }

    synchronized Duration untilTheFirst(Instant now) {
        return troubles.values().stream()
                .map(trouble -> Duration.between(now, trouble.until()))
                .min(Duration::compareTo)
                .filter(Duration::isPositive)
                .orElse(Duration.ZERO);
    }

    /** Where to read again, now that the wait is over; empty if everything is settled. */
    synchronized Optional<Long> waited() {
        awaited = false;
        return unsettled.isEmpty() ? Optional.empty() : Optional.of(unsettled.firstKey());
    }

    /** Records that were read and are behind the first that is not settled. */
    synchronized long ahead() {
        return next - floor();
    }
}
