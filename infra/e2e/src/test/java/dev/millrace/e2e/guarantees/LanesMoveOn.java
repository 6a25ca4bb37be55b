package dev.millrace.e2e.guarantees;

import dev.millrace.schemas.avro.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks for tasks that did not come to their end, and for lanes that stood although nothing was in their way. */
final class LanesMoveOn implements Guarantee {
    private final Duration patience;

    /** @param patience for the first of a lane to begin: for a seat, for whatever died, and for other repositories */
    LanesMoveOn(Duration patience) {
        this.patience = patience;
    }

    @Override
    public String promise() {
        return "no lane stands still: its first task begins within %d s".formatted(patience.toSeconds());
    }

    @Override
    public List<String> breaches(History history) {
        List<String> breaches = new ArrayList<>();
        var stands = history.stands();
        history.all(Fact.Asked.class).forEach(asked -> {
            var all = stands.getOrDefault(asked.task(), List.of());
            if (all.isEmpty() || all.getLast().phase() != Phase.DONE) {
                breaches.add("task %s of lane %s did not come to its end: %s"
                        .formatted(
                                asked.task(), asked.lane(), all.isEmpty() ? "nothing was said of it" : all.getLast()));
            }
        });
        history.lanes()
                .forEach((lane, tasks) -> waits(tasks, stands).forEach((task, waited) -> {
                    if (waited.compareTo(patience) > 0) {
                        breaches.add("task %s was the first of lane %s for %s before it began"
                                .formatted(task, lane, waited));
                    }
                }));
        return breaches;
    }

    /** How long each task was the first of its lane before a worker had it. */
    static Map<String, Duration> waits(List<Fact.Asked> lane, Map<String, List<Fact.Stands>> stands) {
        Map<String, Duration> waits = new LinkedHashMap<>();
        Instant free = Instant.MIN;
        for (Fact.Asked asked : lane) {
            Instant first = free.isAfter(asked.at()) ? free : asked.at();
            for (Fact.Stands next : stands.getOrDefault(asked.task(), List.of())) {
                if (next.phase() == Phase.RUNNING && !waits.containsKey(asked.task())) {
                    waits.put(asked.task(), Duration.between(first, next.at()));
                }
                if (next.phase() == Phase.DONE) {
                    free = next.at();
                }
            }
        }
        return waits;
    }
}
