package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.AttemptNumber;
import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A repository to decide on, and the time. */
final class OneRepository {
    static final Duration LEASE = Duration.ofSeconds(12);
    static final Terms BY_ALICE = new Terms("alice", 0, "", null);

    private final Dispatcher dispatcher;
    private final Rules rules;
    private RepositoryState state = RepositoryState.EMPTY;
    private Instant now = Instant.parse("2026-11-01T12:00:00Z");

    OneRepository(int attempts, Rules.Caps caps, Rules.Budgets budgets) {
        this.rules = new Rules(
                LEASE, attempts, Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofHours(2), caps, budgets);
        this.dispatcher = new Dispatcher(rules);
    }

    static OneRepository unlimited() {
        return new OneRepository(2, new Rules.Caps(100, 100), new Rules.Budgets(null, null));
    }

    static OneRepository withCaps(int repository, int user) {
        return new OneRepository(2, new Rules.Caps(repository, user), new Rules.Budgets(null, null));
    }

    static TaskId task(int number) {
        return new TaskId("task-number-" + number);
    }

    static LaneId lane(int number) {
        return new LaneId("alice/demo#" + number);
    }

    List<Effect> happens(Event event) {
        var decision = dispatcher.decide(state, event, now);
        state = decision.state();
        return decision.effects();
    }

    List<Effect> after(Duration time) {
        now = now.plus(time);
        return happens(new Event.TimePassed());
    }

    void later(Duration time) {
        now = now.plus(time);
    }

    /** A task with that number in a lane of its own. */
    List<Effect> asked(int number, Terms terms) {
        return happens(new Event.Requested(task(number), lane(number), terms));
    }

    List<Effect> asked(int number) {
        return asked(number, BY_ALICE);
    }

    List<Effect> claimed(int number, int attempt, String worker) {
        return happens(new Event.Claimed(task(number), new AttemptNumber(attempt), worker));
    }

    List<Effect> solved(int number, int attempt, String worker) {
        return finished(number, attempt, worker, new Event.Result.Ended(), 0);
    }

    List<Effect> broken(int number, int attempt, String worker, String reason) {
        return finished(number, attempt, worker, new Event.Result.Broken(reason), 0);
    }

    List<Effect> putOff(int number, int attempt, String worker, Duration delay) {
        return finished(number, attempt, worker, new Event.Result.PutOff(delay, "too many requests"), 0);
    }

    List<Effect> finished(int number, int attempt, String worker, Event.Result result, long costMicros) {
        return happens(new Event.Finished(task(number), new AttemptNumber(attempt), worker, result, costMicros));
    }

    List<Effect> delivered(int number) {
        return happens(new Event.Delivered(task(number)));
    }

    Task the(int number) {
        return state.task(task(number)).orElseThrow();
    }

    Stage stage(int number) {
        return the(number).stage();
    }

    String reason(int number) {
        return the(number).waitingFor();
    }

    /** The tasks that were offered, by number. */
    static List<Integer> offers(List<Effect> effects) {
        return effects.stream()
                .filter(Effect.Offer.class::isInstance)
                .map(effect -> ((Effect.Offer) effect).task().value())
                .map(id -> Integer.valueOf(id.substring(id.lastIndexOf('-') + 1)))
                .toList();
    }

    Rules rules() {
        return rules;
    }

    RepositoryState state() {
        return state;
    }

    Instant now() {
        return now;
    }
}
