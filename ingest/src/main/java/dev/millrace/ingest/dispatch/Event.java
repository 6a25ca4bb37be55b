package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.AttemptNumber;
import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.TaskId;
import java.time.Duration;

/** What happens to the tasks of a repository. */
sealed interface Event {

    /** A task that was never heard of before is asked for. */
    record Requested(TaskId task, LaneId lane) implements Event {}

    /** A worker asks for the lease of an offered attempt. */
    record Claimed(TaskId task, AttemptNumber attempt, String worker) implements Event {}

    /** The attempt lives. */
    record Beat(TaskId task, AttemptNumber attempt, String worker) implements Event {}

    /**
     * The attempt ended.
     *
     * @param broken whether the machine failed, not the agent, so that another try may help
     * @param reason why it ended so
     */
    record Finished(TaskId task, AttemptNumber attempt, String worker, boolean broken, String reason)
            implements Event {}

    /** The sink is done with the outcome. */
    record Delivered(TaskId task) implements Event {}

    /** Time went by; leases may have run out, waits may be over. */
    record TimePassed() implements Event {}

    /**
     * Dispatch itself stood still, as while the broker was away, and could hear nobody.
     *
     * @param time that counts for no lease
     */
    record HeldUp(Duration time) implements Event {}
}
