package dev.millrace.e2e.guarantees;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All that happened, in order; what happened in the same millisecond is in the order in which it was taken down. */
final class History {
    private final List<Fact> facts;
    private final List<Fact.Asked> asked;
    private final Instant end;

    History(Collection<? extends Fact> facts) {
        this.asked = facts.stream()
                .filter(Fact.Asked.class::isInstance)
                .map(Fact.Asked.class::cast)
                .toList();
        this.facts = facts.stream()
                .map(Fact.class::cast)
                .sorted(Comparator.comparing(Fact::at))
                .toList();
        this.end = this.facts.isEmpty() ? Instant.EPOCH : this.facts.getLast().at();
    }

    <F extends Fact> Stream<F> all(Class<F> kind) {
        return facts.stream().filter(kind::isInstance).map(kind::cast);
    }

    /** The lanes, each with its tasks in the order in which they were asked for: as taken down, whatever clocks say. */
    Map<String, List<Fact.Asked>> lanes() {
        return asked.stream().collect(Collectors.groupingBy(Fact.Asked::lane, LinkedHashMap::new, Collectors.toList()));
    }

    /** Where each task stood, in order. */
    Map<String, List<Fact.Stands>> stands() {
        return all(Fact.Stands.class)
                .collect(Collectors.groupingBy(Fact.Stands::task, LinkedHashMap::new, Collectors.toList()));
    }

    /** The outcomes of each task. */
    Map<String, List<Fact.Ended>> ends() {
        return all(Fact.Ended.class)
                .collect(Collectors.groupingBy(Fact.Ended::task, LinkedHashMap::new, Collectors.toList()));
    }

    /** When each task was first delivered. */
    Map<String, Instant> delivered() {
        Map<String, Instant> delivered = new HashMap<>();
        all(Fact.Delivered.class).forEach(fact -> delivered.putIfAbsent(fact.task(), fact.at()));
        return delivered;
    }

    /** What workers believed, until they let go or died. */
    List<Belief> beliefs() {
        Map<String, Fact.Holds> open = new LinkedHashMap<>();
        List<Belief> beliefs = new ArrayList<>();
        for (Fact fact : facts) {
            switch (fact) {
                case Fact.Holds holds -> open.put(key(holds.task(), holds.attempt(), holds.worker()), holds);
                case Fact.Left left -> {
                    Fact.Holds holds = open.remove(key(left.task(), left.attempt(), left.worker()));
                    if (holds != null) {
                        beliefs.add(belief(holds, left.at()));
                    }
                }
                case Fact.Died died ->
                    open.values().removeIf(holds -> {
                        boolean itsOwn = holds.worker().equals(died.worker());
                        if (itsOwn) {
                            beliefs.add(belief(holds, died.at()));
                        }
                        return itsOwn;
                    });
                case Fact.Asked _,
                        Fact.Stands _,
                        Fact.Ended _,
                        Fact.Delivered _,
                        Fact.Froze _,
                        Fact.Thawed _,
                        Fact.BrokerDied _,
                        Fact.BrokerBack _,
                        Fact.DispatchDied _ -> {}
            }
        }
        open.values().forEach(holds -> beliefs.add(belief(holds, end)));
        return beliefs;
    }

    /** When each worker was stopped, without overlap. */
    Map<String, List<Span>> frozen() {
        Map<String, Instant> since = new HashMap<>();
        Map<String, List<Span>> frozen = new HashMap<>();
        for (Fact fact : facts) {
            if (fact instanceof Fact.Froze froze) {
                since.put(froze.worker(), froze.at());
            } else if (fact instanceof Fact.Thawed thawed && since.containsKey(thawed.worker())) {
                frozen.computeIfAbsent(thawed.worker(), _ -> new ArrayList<>())
                        .add(new Span(since.remove(thawed.worker()), thawed.at()));
            }
        }
        since.forEach((worker, from) ->
                frozen.computeIfAbsent(worker, _ -> new ArrayList<>()).add(new Span(from, end)));
        return frozen;
    }

    /** When the broker was away. */
    List<Span> outages() {
        List<Span> outages = new ArrayList<>();
        Instant since = null;
        for (Fact fact : facts) {
            if (fact instanceof Fact.BrokerDied died) {
                since = died.at();
            } else if (fact instanceof Fact.BrokerBack back && since != null) {
                outages.add(new Span(since, back.at()));
                since = null;
            }
        }
        return outages;
    }

    private static Belief belief(Fact.Holds holds, Instant until) {
        return new Belief(holds.task(), holds.attempt(), holds.worker(), new Span(holds.at(), until));
    }

    private static String key(String task, int attempt, String worker) {
        return "%s/%d/%s".formatted(task, attempt, worker);
    }
}
