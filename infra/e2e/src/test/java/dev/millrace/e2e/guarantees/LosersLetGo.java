package dev.millrace.e2e.guarantees;

import dev.millrace.schemas.avro.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Measures from the loss of a lease to the removal of its sandbox, as far as the worker was awake and could hear. */
final class LosersLetGo implements Guarantee {
    private final Duration limit;

    LosersLetGo(Duration limit) {
        this.limit = limit;
    }

    @Override
    public String promise() {
        return "who lost a lease removes its sandbox within %d s of hearing".formatted(limit.toSeconds());
    }

    @Override
    public List<String> breaches(History history) {
        List<String> breaches = new ArrayList<>();
        took(history).forEach((belief, took) -> {
            if (took.compareTo(limit) > 0) {
                breaches.add("attempt %d of task %s lost its lease, and %s removed its sandbox %s later"
                        .formatted(belief.attempt(), belief.task(), belief.worker(), took));
            }
        });
        return breaches;
    }

    /** Those whose sandbox still lived when the lease was lost, and how long it then took. */
    static Map<Belief, Duration> took(History history) {
        var stands = history.stands();
        var frozen = history.frozen();
        var outages = history.outages();
        Map<Belief, Duration> took = new HashMap<>();
        for (Belief belief : history.beliefs()) {
            lost(belief, stands.getOrDefault(belief.task(), List.of())).ifPresent(lost -> {
                var late = new Span(lost, belief.span().to());
                var asleep = frozen.getOrDefault(belief.worker(), List.of());
                Duration deaf = outages.stream()
                        .flatMap(outage -> outage.sharedWith(late).stream())
                        .map(span -> span.without(asleep))
                        .reduce(Duration.ZERO, Duration::plus);
                took.put(belief, late.without(asleep).minus(deaf));
            });
        }
        return took;
    }

    /** When dispatch gave the lease to nobody, or to somebody else, while the sandbox lived. */
    private static Optional<Instant> lost(Belief belief, List<Fact.Stands> stands) {
        Stream<Fact.Stands> afterwards = stands.stream()
                .dropWhile(it -> !it.isHeldBy(belief.attempt(), belief.worker()))
                .filter(it -> !it.isHeldBy(belief.attempt(), belief.worker()));
        return afterwards
                .findFirst()
                .filter(it -> it.attempt() != belief.attempt() || it.phase() == Phase.QUEUED)
                .map(Fact.Stands::at)
                .filter(at -> at.isBefore(belief.span().to()));
    }
}
