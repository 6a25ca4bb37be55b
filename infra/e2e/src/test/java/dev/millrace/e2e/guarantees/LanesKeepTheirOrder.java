package dev.millrace.e2e.guarantees;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares when each task was first offered or begun with the delivery of the one before it in its lane. */
final class LanesKeepTheirOrder implements Guarantee {

    @Override
    public String promise() {
        return "a lane's tasks run in order, each after the delivery before it";
    }

    @Override
    public List<String> breaches(History history) {
        Map<String, Instant> begun = new HashMap<>();
        history.all(Fact.Stands.class)
                .filter(Fact.Stands::isActive)
                .forEach(stands -> earliest(begun, stands.task(), stands.at()));
        history.all(Fact.Holds.class).forEach(holds -> earliest(begun, holds.task(), holds.at()));
        Map<String, Instant> delivered = history.delivered();
        List<String> breaches = new ArrayList<>();
        history.lanes().forEach((lane, tasks) -> {
            for (int next = 1; next < tasks.size(); next++) {
                String before = tasks.get(next - 1).task();
                String after = tasks.get(next).task();
                Instant began = begun.get(after);
                Instant over = delivered.getOrDefault(before, Instant.MAX);
                if (began != null && began.isBefore(over)) {
                    breaches.add("in lane %s, task %s began at %s, but %s before it was %s"
                            .formatted(
                                    lane,
                                    after,
                                    began,
                                    before,
                                    over.equals(Instant.MAX) ? "never delivered" : "delivered at " + over));
                }
            }
        });
        return breaches;
    }

    private static void earliest(Map<String, Instant> begun, String task, Instant at) {
        begun.merge(task, at, (one, other) -> one.isBefore(other) ? one : other);
    }
}
