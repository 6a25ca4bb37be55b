package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.avro.TaskState;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What decisions are made on: the repositories of one partition, as far as there is something to know of them. */
final class Repositories {
    private static final Logger LOG = LoggerFactory.getLogger(Repositories.class);

    private final Rules rules;
    private final Dispatcher dispatcher;
    private final Ledger ledger;
    private final Function<String, Map<Pause.Scope, Pause>> pauses;
    private final Refusals refusals;
    private final Map<String, RepositoryState> known = new HashMap<>();

    /**
     * None yet.
     *
     * @param pauses in force for a repository, by its key
     */
    Repositories(Rules rules, Ledger ledger, Function<String, Map<Pause.Scope, Pause>> pauses, Refusals refusals) {
        this.rules = rules;
        this.dispatcher = new Dispatcher(rules);
        this.ledger = ledger;
        this.pauses = pauses;
        this.refusals = refusals;
    }

    /** Knows again what was known when these states were told. */
    void restore(Map<String, List<TaskState>> byRepository, Instant now) {
        byRepository.forEach((repository, states) ->
                keep(repository, TaskStates.restored(states, pauses.apply(repository), now, rules), now));
    }

    /** Decides on what happened to a repository, and lets it be carried out. */
    void apply(String repository, Event event, @Nullable SpecificRecord cause, Instant now, Ledger.Outbox outbox) {
        RepositoryState before = known.get(repository);
        if (before == null) {
            before = RepositoryState.of(List.of(), pauses.apply(repository), Spending.NONE);
        }
        Decision decision = dispatcher.decide(before, event, now);
        for (Effect effect : decision.effects()) {
            if (effect instanceof Effect.Refused refused) {
                LOG.warn("task {}: refused {}", refused.task(), refused.reason());
                refusals.count(refused.report());
            }
            ledger.carryOut(effect, cause, now, outbox);
        }
        keep(repository, decision.state(), now);
    }

    void applyToAll(Event event, @Nullable SpecificRecord cause, Instant now, Ledger.Outbox outbox) {
        List.copyOf(known.keySet()).forEach(repository -> apply(repository, event, cause, now, outbox));
    }

    private void keep(String repository, RepositoryState state, Instant now) {
        if (state.isBlank(LocalDate.ofInstant(now, ZoneOffset.UTC))) {
            known.remove(repository);
        } else {
            known.put(repository, state);
        }
    }
}
