package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.AttemptNumber;
import dev.millrace.schemas.id.TaskId;

/** What follows from a decision, beside the new state. */
sealed interface Effect {

    /** The task stands somewhere else now: tell everyone. */
    record Moved(Task task, String waitingFor) implements Effect {}

    /** Put the attempt before the workers. */
    record Offer(TaskId task, AttemptNumber attempt) implements Effect {}

    /** The result at hand is the task's outcome. */
    record Accept(TaskId task) implements Effect {}

    /** The machine failed too often: the outcome is {@code BROKEN}. */
    record GiveUp(TaskId task, AttemptNumber attempt, String reason) implements Effect {}

    /** The task is over. */
    record Ended(TaskId task) implements Effect {}

    /** What was reported counts for nothing. */
    record Refused(TaskId task, String reason) implements Effect {}
}
