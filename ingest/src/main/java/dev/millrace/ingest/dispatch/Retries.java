package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.AttemptNumber;
import java.time.Instant;
import java.util.stream.Collectors;

/** What follows an attempt that came to nothing. */
final class Retries {
    private final Rules rules;

    Retries(Rules rules) {
        this.rules = rules;
    }

    /**
     * Lets the task wait for its next attempt, or ends it with the whole story. The number of an attempt is never used
     * again, so that nobody who had it can come back with it.
     *
     * @param task offered or running, with the attempt that is over among its past ones if it ran
     */
    void next(Draft draft, Task task, Instant notBefore) {
        AttemptNumber attempt = attempt(task);
        if (task.failures() >= rules.attempts() || attempt.isLast()) {
            draft.conclude(task, Effect.Ending.BROKEN, story(task));
        } else {
            draft.put(task.at(new Stage.Waiting(attempt.next(), notBefore)));
        }
    }

    private static AttemptNumber attempt(Task task) {
        return switch (task.stage()) {
            case Stage.Offered(var attempt, var since, var again) -> attempt;
            case Stage.Running running -> running.attempt();
            case Stage.Waiting _, Stage.Delivering _ ->
                throw new IllegalStateException("no attempt of task %s is out".formatted(task.id()));
        };
    }

    private static String story(Task task) {
        return task.past().stream()
                .map(past -> "attempt %s by %s: %s".formatted(past.attempt(), past.worker(), past.reason()))
                .collect(Collectors.joining("; ", "%d attempts failed: ".formatted(task.failures()), ""));
    }
}
