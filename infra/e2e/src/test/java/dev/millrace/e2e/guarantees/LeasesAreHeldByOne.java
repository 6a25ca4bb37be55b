package dev.millrace.e2e.guarantees;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Lays the lives of a task's sandboxes beside each other. Two may believe to hold the lease for a moment, since the one
 * that lost it has to hear of that; the time in which one of both was stopped does not count, since it could do nothing.
 */
final class LeasesAreHeldByOne implements Guarantee {
    private final Duration lease;

    LeasesAreHeldByOne(Duration lease) {
        this.lease = lease;
    }

    @Override
    public String promise() {
        return "no two live sandboxes of a task hold its lease for longer than it";
    }

    @Override
    public List<String> breaches(History history) {
        List<String> breaches = new ArrayList<>(sharedNumbers(history));
        overlaps(history).forEach((both, shared) -> {
            if (shared.compareTo(lease) > 0) {
                breaches.add("%s and %s of task %s both held the lease for %s"
                        .formatted(
                                told(both.one()), told(both.other()), both.one().task(), shared));
            }
        });
        return breaches;
    }

    /** Two beliefs about one task. */
    record Both(Belief one, Belief other) {}

    /** Where beliefs about one task overlap, and for how long while both were awake. */
    static Map<Both, Duration> overlaps(History history) {
        Map<String, List<Span>> frozen = history.frozen();
        Map<Both, Duration> overlaps = new HashMap<>();
        history.beliefs().stream()
                .collect(Collectors.groupingBy(Belief::task))
                .values()
                .forEach(beliefs -> {
                    for (int one = 0; one < beliefs.size(); one++) {
                        for (int other = one + 1; other < beliefs.size(); other++) {
                            var both = new Both(beliefs.get(one), beliefs.get(other));
                            awake(both, frozen).ifPresent(shared -> overlaps.put(both, shared));
                        }
                    }
                });
        return overlaps;
    }

    private static Optional<Duration> awake(Both both, Map<String, List<Span>> frozen) {
        List<Span> asleep = frozen.getOrDefault(both.one().worker(), List.of());
        List<Span> others = both.one().worker().equals(both.other().worker())
                ? List.of()
                : frozen.getOrDefault(both.other().worker(), List.of());
        return both.one()
                .span()
                .sharedWith(both.other().span())
                .map(shared -> shared.without(asleep).minus(shared.length().minus(shared.without(others))))
                .filter(Duration::isPositive);
    }

    /** The number of an attempt is its fence: two workers must never hold the same. */
    private static List<String> sharedNumbers(History history) {
        Map<String, String> holders = new HashMap<>();
        List<String> breaches = new ArrayList<>();
        history.all(Fact.Stands.class)
                .filter(stands -> !stands.worker().isEmpty())
                .forEach(stands -> {
                    String number = "attempt %d of task %s".formatted(stands.attempt(), stands.task());
                    String holder = holders.putIfAbsent(number, stands.worker());
                    if (holder != null && !holder.equals(stands.worker())) {
                        breaches.add("%s was held by %s and by %s".formatted(number, holder, stands.worker()));
                    }
                });
        return breaches;
    }

    private static String told(Belief belief) {
        return "attempt %d by %s".formatted(belief.attempt(), belief.worker());
    }
}
