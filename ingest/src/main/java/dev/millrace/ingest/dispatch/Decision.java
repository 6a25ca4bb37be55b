package dev.millrace.ingest.dispatch;

import java.util.List;

/** The state after an event, and what follows from it, in order. */
record Decision(RepositoryState state, List<Effect> effects) {
    Decision {
        effects = List.copyOf(effects);
    }
}
