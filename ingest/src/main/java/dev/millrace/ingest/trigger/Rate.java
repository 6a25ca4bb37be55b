package dev.millrace.ingest.trigger;

import dev.millrace.schemas.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;

/** How many tasks something may start within a span; what is asked again is counted once. Thread-safe. */
final class Rate {
    private static final int MOST_KEYS = 10_000;

    private final int most;
    private final Duration within;
    private final InstantSource clock;
    /** Least recently used first. */
    private final LinkedHashMap<String, LinkedHashMap<TaskId, Instant>> counted = new LinkedHashMap<>(16, 0.75f, true);

    Rate(int most, Duration within, InstantSource clock) {
        this.most = most;
        this.within = within;
        this.clock = clock;
    }

    /** Counts the task, unless it would be one too many. */
    synchronized boolean takes(String key, TaskId task) {
        Instant now = clock.instant();
        var tasks = counted.computeIfAbsent(key, _ -> new LinkedHashMap<>());
        // Oldest first, so that the end of those that are over is where the first is not.
        while (!tasks.isEmpty() && !tasks.firstEntry().getValue().plus(within).isAfter(now)) {
            tasks.pollFirstEntry();
        }
        if (!tasks.containsKey(task)) {
            if (tasks.size() >= most) {
                return false;
            }
            tasks.put(task, now);
        }
        if (counted.size() > MOST_KEYS) {
            counted.pollFirstEntry();
        }
        return true;
    }
}
