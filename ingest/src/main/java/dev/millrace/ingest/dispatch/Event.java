package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.AttemptNumber;
import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.TaskId;
import java.time.Duration;

/** What happens to the tasks of a repository. */
sealed interface Event {

    /** A task that was never heard of before is asked for. */
    record Requested(TaskId task, LaneId lane, Terms terms) implements Event {}

    /** A worker asks for the lease of an offered attempt. */
    record Claimed(TaskId task, AttemptNumber attempt, String worker) implements Event {}

    /** The attempt lives, and has spent so much. */
    record Beat(TaskId task, AttemptNumber attempt, String worker, long costMicros) implements Event {}

    /** The attempt ended, and has spent so much. */
    record Finished(TaskId task, AttemptNumber attempt, String worker, Result result, long costMicros)
            implements Event {}

    /** The sink is done with the outcome. */
    record Delivered(TaskId task) implements Event {}

    /** Somebody wants the task to end. */
    record Cancelled(TaskId task, String by) implements Event {}

    /** Somebody wants nothing more to be offered. */
    record Paused(Pause.Scope scope, Pause pause) implements Event {}

    /** Somebody takes back a pause. */
    record Resumed(Pause.Scope scope) implements Event {}

    /** Time went by; leases may have run out, waits may be over. */
    record TimePassed() implements Event {}

    /**
     * Dispatch itself stood still, as while the broker was away, and could hear nobody.
     *
     * @param time that counts for no lease
     */
    record HeldUp(Duration time) implements Event {}

    /** What an attempt came to. */
    sealed interface Result {

        /** It has the task's outcome. */
        record Ended() implements Result {}

        /** The machine failed, not the agent: another try may help. */
        record Broken(String reason) implements Result {}

        /**
         * It could not be done now, through nobody's fault; it counts for nothing.
         *
         * @param delay of the next attempt, and for other tasks of the same model; zero where only this worker could not
         */
        record PutOff(Duration delay, String reason) implements Result {}
    }
}
