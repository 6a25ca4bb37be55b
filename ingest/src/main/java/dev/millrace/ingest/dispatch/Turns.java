package dev.millrace.ingest.dispatch;

import java.time.Instant;

/** Whose turn it is: looked at after whatever happened, so that no event can leave a lane standing. */
final class Turns {
    private final Rules rules;
    private final Retries retries;

    Turns(Rules rules, Retries retries) {
        this.rules = rules;
        this.retries = retries;
    }

    /** Ends what is too late, takes back what may not run now, offers what is next, and says why the rest waits. */
    void settle(Draft draft, Instant now) {
        draft.tasks().forEach(task -> endIfLate(draft, task, now));
        var before = new Situation(draft, rules, now);
        draft.tasks().forEach(task -> lookAfterOffer(draft, task, before, now));
        var then = new Situation(draft, rules, now);
        then.next().ifPresent(task -> offer(draft, task, then, now));
        var after = new Situation(draft, rules, now);
        draft.tasks().forEach(task -> explain(draft, task, after));
    }

    private static void endIfLate(Draft draft, Task task, Instant now) {
        boolean mayStart = task.stage() instanceof Stage.Waiting || task.stage() instanceof Stage.Offered;
        if (mayStart && task.terms().isLate(now)) {
            draft.conclude(
                    task,
                    Effect.Ending.TIMED_OUT,
                    "its deadline, %s, passed before an attempt could start"
                            .formatted(task.terms().deadline()));
        }
    }

    /**
     * An offer that nobody claimed for long may have been lost with workers that died over it. A second one does no
     * harm: whoever claims later is denied.
     */
    private void lookAfterOffer(Draft draft, Task task, Situation situation, Instant now) {
        if (task.stage() instanceof Stage.Offered offered) {
            if (!situation.standstill(task.terms()).isEmpty()) {
                retries.next(draft, task, Stage.Waiting.AT_ONCE);
            } else if (!offered.again().isAfter(now)) {
                draft.put(task.at(offered.repeated()));
                draft.effect(new Effect.Offer(
                        task.id(),
                        offered.attempt(),
                        task.avoid(),
                        situation.left(task.terms().user())));
            }
        }
    }

    private void offer(Draft draft, Task task, Situation situation, Instant now) {
        if (task.stage() instanceof Stage.Waiting(var next, var notBefore)) {
            draft.put(task.at(Stage.Offered.first(next, now, rules.offerAgain())));
            draft.effect(new Effect.Offer(
                    task.id(), next, task.avoid(), situation.left(task.terms().user())));
        }
    }

    private static void explain(Draft draft, Task task, Situation situation) {
        if (task.stage() instanceof Stage.Waiting) {
            String reason = situation.reason(task);
            if (!reason.equals(task.waitingFor())) {
                draft.put(task.waiting(reason));
            }
        }
    }
}
