package dev.millrace.e2e.guarantees;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Counts the outcomes of each task: one at most, and none of what nobody asked for. */
final class NothingComesTwice implements Guarantee {

    @Override
    public String promise() {
        return "no task has a second outcome";
    }

    @Override
    public List<String> breaches(History history) {
        Set<String> asked = history.all(Fact.Asked.class).map(Fact.Asked::task).collect(Collectors.toSet());
        return history.ends().entrySet().stream()
                .flatMap(entry -> {
                    if (!asked.contains(entry.getKey())) {
                        return Stream.of("task %s has an outcome, and nobody asked for it".formatted(entry.getKey()));
                    }
                    return entry.getValue().size() == 1
                            ? Stream.empty()
                            : Stream.of("task %s has %d outcomes: %s"
                                    .formatted(entry.getKey(), entry.getValue().size(), entry.getValue()));
                })
                .toList();
    }
}
