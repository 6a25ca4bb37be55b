package dev.millrace.e2e.guarantees;

import java.util.List;

/** Counts the outcomes of what was asked for: none may be missing. */
final class NothingIsLost implements Guarantee {

    @Override
    public String promise() {
        return "every request has an outcome";
    }

    @Override
    public List<String> breaches(History history) {
        var ends = history.ends();
        return history.all(Fact.Asked.class)
                .filter(asked -> !ends.containsKey(asked.task()))
                .map(asked -> "task %s of lane %s has no outcome".formatted(asked.task(), asked.lane()))
                .toList();
    }
}
