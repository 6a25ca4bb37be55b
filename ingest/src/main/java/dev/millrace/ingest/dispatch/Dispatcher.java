package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.AttemptNumber;
import dev.millrace.schemas.id.TaskId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decides what follows from an event: a pure function of the repository's state, the event and the moment. Whatever it
 * has not accepted did not happen.
 */
final class Dispatcher {
    private final Rules rules;
    private final Retries retries;
    private final Turns turns;

    Dispatcher(Rules rules) {
        this.rules = rules;
        this.retries = new Retries(rules);
        this.turns = new Turns(rules, retries);
    }

    Decision decide(RepositoryState state, Event event, Instant now) {
        var draft = new Draft(state);
        switch (event) {
            case Event.Requested requested -> queue(draft, requested);
            case Event.Claimed claimed -> claim(draft, claimed, now);
            case Event.Beat beat -> renew(draft, beat, now);
            case Event.Finished finished -> finish(draft, finished, now);
            case Event.Delivered delivered -> end(draft, delivered);
            case Event.Cancelled cancelled -> cancel(draft, cancelled, now);
            case Event.Paused(var scope, var pause) -> draft.pauses().put(scope, pause);
            case Event.Resumed(var scope) -> draft.pauses().remove(scope);
            case Event.TimePassed _ -> passTime(draft, now);
            case Event.HeldUp heldUp -> prolong(draft, heldUp);
        }
        if (!(event instanceof Event.Beat)) {
            turns.settle(draft, now);
        }
        return draft.decided();
    }

    private static void queue(Draft draft, Event.Requested asked) {
        if (draft.task(asked.task()).isEmpty()) {
            draft.put(new Task(
                    asked.task(),
                    asked.lane(),
                    draft.nextPosition(),
                    asked.terms(),
                    List.of(),
                    Stage.Waiting.FIRST,
                    ""));
        }
    }

    private void claim(Draft draft, Event.Claimed claimed, Instant now) {
        Optional<Task> task = draft.task(claimed.task());
        if (task.filter(it -> isOffered(it, claimed.attempt()) && !it.terms().isLate(now))
                .isPresent()) {
            var running = new Stage.Running(claimed.attempt(), claimed.worker(), now, now.plus(rules.lease()), 0);
            draft.put(task.get().at(running));
        } else if (holder(draft, claimed.task(), claimed.attempt(), claimed.worker())
                .isEmpty()) {
            draft.effect(new Effect.Refused(
                    claimed.task(),
                    Effect.Report.CLAIM,
                    "claim of attempt %s by %s".formatted(claimed.attempt(), claimed.worker())));
        }
    }

    private void renew(Draft draft, Event.Beat beat, Instant now) {
        holder(draft, beat.task(), beat.attempt(), beat.worker())
                .ifPresent(held ->
                        draft.put(held.task().at(held.stage().heard(now.plus(rules.lease()), beat.costMicros()))));
    }

    private void finish(Draft draft, Event.Finished finished, Instant now) {
        Optional<Held> holder = holder(draft, finished.task(), finished.attempt(), finished.worker());
        if (holder.isEmpty()) {
            draft.effect(new Effect.Refused(
                    finished.task(),
                    Effect.Report.RESULT,
                    "result of attempt %s by %s, which holds no lease"
                            .formatted(finished.attempt(), finished.worker())));
            return;
        }
        Task task = holder.get().task();
        Stage.Running running = holder.get().stage().heard(now, finished.costMicros());
        switch (finished.result()) {
            case Event.Result.Ended _ -> {
                Task over = draft.after(task, running.over(now, false, ""));
                draft.put(over.at(new Stage.Delivering(running.attempt().value())));
                draft.effect(new Effect.Accept(task.id()));
            }
            case Event.Result.Broken(var reason) -> {
                Task broken = draft.after(task, running.over(now, true, reason));
                retries.next(draft, broken, now.plus(rules.backoffAfter(task.id(), broken.failures())));
            }
            case Event.Result.PutOff(var delay, var reason) ->
                retries.next(
                        draft,
                        draft.after(task, running.over(now, false, reason)),
                        delay.isZero() ? Stage.Waiting.AT_ONCE : now.plus(delay));
        }
    }

    private static void end(Draft draft, Event.Delivered delivered) {
        draft.task(delivered.task())
                .filter(task -> task.stage() instanceof Stage.Delivering)
                .ifPresent(task -> {
                    draft.remove(task);
                    draft.effect(new Effect.Ended(task.id()));
                });
    }

    private static void cancel(Draft draft, Event.Cancelled cancelled, Instant now) {
        String reason = "cancelled by " + cancelled.by();
        Optional<Task> open = draft.task(cancelled.task()).filter(task -> !(task.stage() instanceof Stage.Delivering));
        if (open.isEmpty()) {
            draft.effect(new Effect.Refused(
                    cancelled.task(), Effect.Report.CANCEL, "%s: it has ended already".formatted(reason)));
            return;
        }
        Task task = open.get();
        if (task.stage() instanceof Stage.Running running) {
            task = draft.after(task, running.over(now, false, reason));
        }
        draft.conclude(task, Effect.Ending.CANCELLED, reason);
    }

    private void passTime(Draft draft, Instant now) {
        for (Task task : draft.tasks()) {
            switch (task.stage()) {
                case Stage.Running running
                when !running.leaseUntil().isAfter(now) -> loseLease(draft, task, running, now);
                case Stage.Running running
                when !running.since().plus(rules.attemptTime()).isAfter(now) -> stop(draft, task, running, now);
                case Stage.Waiting _, Stage.Offered _, Stage.Running _, Stage.Delivering _ -> {}
            }
        }
    }

    /** The silence was waiting enough: another worker may have it at once. */
    private void loseLease(Draft draft, Task task, Stage.Running running, Instant now) {
        String reason = "worker %s fell silent".formatted(running.worker());
        retries.next(draft, draft.after(task, running.over(now, true, reason)), Stage.Waiting.AT_ONCE);
    }

    private void stop(Draft draft, Task task, Stage.Running running, Instant now) {
        String reason = "attempt %s ran for more than %s".formatted(running.attempt(), rules.attemptTime());
        draft.conclude(draft.after(task, running.over(now, false, reason)), Effect.Ending.TIMED_OUT, reason);
    }

    /** Silence that nobody could have broken costs no lease. */
    private static void prolong(Draft draft, Event.HeldUp heldUp) {
        for (Task task : draft.tasks()) {
            if (task.stage() instanceof Stage.Running running) {
                draft.put(task.at(running.heard(running.leaseUntil().plus(heldUp.time()), 0)));
            }
        }
    }

    private static boolean isOffered(Task task, AttemptNumber attempt) {
        return task.stage() instanceof Stage.Offered offered
                && offered.attempt().equals(attempt);
    }

    /** A task with the attempt that holds its lease. */
    private record Held(Task task, Stage.Running stage) {}

    private static Optional<Held> holder(Draft draft, TaskId id, AttemptNumber attempt, String worker) {
        return draft.task(id)
                .flatMap(task -> task.stage() instanceof Stage.Running running
                                && running.attempt().equals(attempt)
                                && running.worker().equals(worker)
                        ? Optional.of(new Held(task, running))
                        : Optional.empty());
    }
}
