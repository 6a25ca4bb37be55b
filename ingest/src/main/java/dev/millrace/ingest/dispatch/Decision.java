package dev.millrace.ingest.dispatch;

import java.util.ArrayList;
import java.util.List;

/** The state after an event, and what follows from it, in order. */
record Decision(RepositoryState state, List<Effect> effects) {
    Decision {
        effects = List.copyOf(effects);
    }

    static Decision unchanged(RepositoryState state) {
        return new Decision(state, List.of());
    }

    Decision and(RepositoryState next, Effect... more) {
        var all = new ArrayList<>(effects);
        all.addAll(List.of(more));
        return new Decision(next, all);
    }
}
