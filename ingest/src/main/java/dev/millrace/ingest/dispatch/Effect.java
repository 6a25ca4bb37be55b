package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.AttemptNumber;
import dev.millrace.schemas.id.TaskId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What follows from a decision, beside the new state. */
sealed interface Effect {

    /** The task stands somewhere else now, or waits for something else: tell everyone. */
    record Moved(Task task) implements Effect {}

    /**
     * Put the attempt before the workers.
     *
     * @param avoid workers that should leave it to others
     * @param budgetMicros the most that it may spend; null where nothing limits it
     */
    record Offer(
            TaskId task,
            AttemptNumber attempt,
            List<String> avoid,
            @Nullable Long budgetMicros) implements Effect {}

    /** The result at hand is the task's outcome. */
    record Accept(TaskId task) implements Effect {}

    /** The task gets an outcome that no attempt gave it. */
    record Conclude(Task task, Ending ending, String reason) implements Effect {}

    /** The task is over. */
    record Ended(TaskId task) implements Effect {}

    /** What was reported counts for nothing. */
    record Refused(TaskId task, Report report, String reason) implements Effect {}

    /** How a task ends without a result. */
    enum Ending {
        BROKEN,
        CANCELLED,
        TIMED_OUT
    }

    /** What can be refused. */
    enum Report {
        CLAIM,
        RESULT,
        CANCEL
    }
}
