package dev.millrace.e2e.guarantees;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the offered and running tasks of each repository over time. */
final class CapsAreKept implements Guarantee {
    private final int cap;

    CapsAreKept(int cap) {
        this.cap = cap;
    }

    @Override
    public String promise() {
        return "no repository has more than %d tasks offered or running".formatted(cap);
    }

    /** A repository has one task more, or one less. */
    private record Change(Instant at, String repository, int by) {}

    @Override
    public List<String> breaches(History history) {
        List<String> breaches = new ArrayList<>();
        Map<String, Integer> active = new HashMap<>();
        for (Change change : changes(history)) {
            int now = active.merge(change.repository(), change.by(), Integer::sum);
            if (change.by() > 0 && now > cap) {
                breaches.add("repository %s had %d tasks at %s".formatted(change.repository(), now, change.at()));
            }
        }
        return breaches;
    }

    /** The most that a repository ever had. */
    static int most(History history) {
        int most = 0;
        Map<String, Integer> active = new HashMap<>();
        for (Change change : changes(history)) {
            most = Math.max(most, active.merge(change.repository(), change.by(), Integer::sum));
        }
        return most;
    }

    /** In one millisecond, places are freed before they are taken. */
    private static List<Change> changes(History history) {
        Map<String, String> repositories = new HashMap<>();
        history.all(Fact.Asked.class).forEach(asked -> repositories.put(asked.task(), asked.repository()));
        List<Change> changes = new ArrayList<>();
        history.stands().forEach((task, stands) -> {
            String repository = repositories.getOrDefault(task, "");
            boolean before = false;
            for (Fact.Stands next : stands) {
                if (next.isActive() != before) {
                    before = next.isActive();
                    changes.add(new Change(next.at(), repository, before ? 1 : -1));
                }
            }
        });
        changes.sort(Comparator.comparing(Change::at).thenComparingInt(Change::by));
        return changes;
    }
}
