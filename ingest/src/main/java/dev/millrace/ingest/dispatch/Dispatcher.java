package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.AttemptNumber;
import dev.millrace.schemas.id.LaneId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decides what follows from an event: a pure function of the repository's state, the event and the moment. Whatever it
 * has not accepted did not happen.
 */
final class Dispatcher {
    private final Rules rules;

    Dispatcher(Rules rules) {
        this.rules = rules;
    }

    Decision decide(RepositoryState state, Event event, Instant now) {
        return switch (event) {
            case Event.Requested requested -> queue(state, requested, now);
            case Event.Claimed claimed -> claim(state, claimed, now);
            case Event.Beat beat -> renew(state, beat, now);
            case Event.Finished finished -> finish(state, finished, now);
            case Event.Delivered delivered -> end(state, delivered, now);
            case Event.TimePassed _ -> passTime(state, now);
            case Event.HeldUp heldUp -> prolong(state, heldUp);
        };
    }

    private Decision queue(RepositoryState state, Event.Requested requested, Instant now) {
        if (state.task(requested.task()).isPresent()) {
            return Decision.unchanged(state);
        }
        var task = new Task(
                requested.task(), requested.lane(), state.nextPosition(), new Stage.Waiting(AttemptNumber.FIRST, now));
        var queued = Decision.unchanged(state.with(task));
        return state.holder(task.lane())
                .map(holder -> queued.and(queued.state(), new Effect.Moved(task, "lane busy with task " + holder.id())))
                .orElseGet(() -> offerNext(queued, task.lane(), now));
    }

    private Decision claim(RepositoryState state, Event.Claimed claimed, Instant now) {
        var task = state.task(claimed.task());
        if (task.isPresent()
                && task.get().stage() instanceof Stage.Offered offered
                && offered.attempt().equals(claimed.attempt())) {
            return moved(
                    Decision.unchanged(state),
                    task.get().at(new Stage.Running(claimed.attempt(), claimed.worker(), now.plus(rules.lease()))));
        }
        if (task.isPresent() && holds(task.get(), claimed.attempt(), claimed.worker())) {
            return Decision.unchanged(state);
        }
        return refused(
                state,
                new Effect.Refused(
                        claimed.task(), "claim of attempt %s by %s".formatted(claimed.attempt(), claimed.worker())));
    }

    private Decision renew(RepositoryState state, Event.Beat beat, Instant now) {
        return state.task(beat.task())
                .filter(task -> holds(task, beat.attempt(), beat.worker()))
                .map(task -> Decision.unchanged(
                        state.with(task.at(new Stage.Running(beat.attempt(), beat.worker(), now.plus(rules.lease()))))))
                .orElseGet(() -> Decision.unchanged(state));
    }

    private Decision finish(RepositoryState state, Event.Finished finished, Instant now) {
        Optional<Task> holder =
                state.task(finished.task()).filter(task -> holds(task, finished.attempt(), finished.worker()));
        if (holder.isEmpty()) {
            return refused(
                    state,
                    new Effect.Refused(
                            finished.task(),
                            "result of attempt %s by %s, which holds no lease"
                                    .formatted(finished.attempt(), finished.worker())));
        }
        if (finished.broken()) {
            return tryAgain(Decision.unchanged(state), holder.get(), finished.attempt(), finished.reason(), now);
        }
        var delivering = holder.get().at(new Stage.Delivering(finished.attempt()));
        return Decision.unchanged(state)
                .and(state.with(delivering), new Effect.Accept(finished.task()), new Effect.Moved(delivering, ""));
    }

    private Decision end(RepositoryState state, Event.Delivered delivered, Instant now) {
        return state.task(delivered.task())
                .filter(task -> task.stage() instanceof Stage.Delivering)
                .map(task -> offerNext(
                        Decision.unchanged(state).and(state.without(task.id()), new Effect.Ended(task.id())),
                        task.lane(),
                        now))
                .orElseGet(() -> Decision.unchanged(state));
    }

    private Decision passTime(RepositoryState state, Instant now) {
        var decision = Decision.unchanged(state);
        for (Task task : List.copyOf(state.tasks())) {
            decision = switch (task.stage()) {
                case Stage.Running(var attempt, var worker, var leaseUntil)
                when !leaseUntil.isAfter(now) ->
                    tryAgain(decision, task, attempt, "worker %s fell silent".formatted(worker), now);
                case Stage.Waiting(var next, var notBefore)
                when next.value() > 1 && !notBefore.isAfter(now) -> offer(decision, task, next, now);
                case Stage.Offered(var attempt, var since)
                when !since.plus(rules.offerAgain()).isAfter(now) -> offerAgain(decision, task, attempt, now);
                case Stage.Waiting _, Stage.Offered _, Stage.Running _, Stage.Delivering _ -> decision;
            };
        }
        return decision;
    }

    /** Silence that nobody could have broken costs no lease. */
    private static Decision prolong(RepositoryState state, Event.HeldUp heldUp) {
        var prolonged = state;
        for (Task task : state.tasks()) {
            if (task.stage() instanceof Stage.Running(var attempt, var worker, var leaseUntil)) {
                prolonged = prolonged.with(task.at(new Stage.Running(attempt, worker, leaseUntil.plus(heldUp.time()))));
            }
        }
        return Decision.unchanged(prolonged);
    }

    private Decision tryAgain(Decision so, Task task, AttemptNumber failed, String reason, Instant now) {
        if (failed.value() >= rules.attempts()) {
            var delivering = task.at(new Stage.Delivering(failed));
            return so.and(
                    so.state().with(delivering),
                    new Effect.GiveUp(task.id(), failed, reason),
                    new Effect.Moved(delivering, ""));
        }
        Instant notBefore = now.plus(rules.backoffAfter(failed));
        var waiting = task.at(new Stage.Waiting(failed.next(), notBefore));
        return so.and(
                so.state().with(waiting),
                new Effect.Moved(waiting, "attempt %s: %s; backing off until %s".formatted(failed, reason, notBefore)));
    }

    /** Gives a free lane to the task whose turn it is. */
    private Decision offerNext(Decision so, LaneId lane, Instant now) {
        if (so.state().holder(lane).isPresent()) {
            return so;
        }
        return so.state()
                .first(lane)
                .map(next -> offer(so, next, AttemptNumber.FIRST, now))
                .orElse(so);
    }

    private static Decision offer(Decision so, Task task, AttemptNumber attempt, Instant now) {
        return moved(
                so.and(so.state(), new Effect.Offer(task.id(), attempt)), task.at(new Stage.Offered(attempt, now)));
    }

    /**
     * An offer that nobody claimed for long may have been lost with workers that died over it. A second one does no
     * harm: whoever claims later is denied.
     */
    private static Decision offerAgain(Decision so, Task task, AttemptNumber attempt, Instant now) {
        return so.and(so.state().with(task.at(new Stage.Offered(attempt, now))), new Effect.Offer(task.id(), attempt));
    }

    private static Decision moved(Decision so, Task task) {
        return so.and(so.state().with(task), new Effect.Moved(task, ""));
    }

    private static Decision refused(RepositoryState state, Effect.Refused refusal) {
        return new Decision(state, List.of(refusal));
    }

    private static boolean holds(Task task, AttemptNumber attempt, String worker) {
        return task.stage() instanceof Stage.Running running
                && running.attempt().equals(attempt)
                && running.worker().equals(worker);
    }
}
