package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.TaskId;

/**
 * What decisions need to know of a task that has not ended.
 *
 * @param position order in the lane, smaller ones first; unique in a repository
 */
record Task(TaskId id, LaneId lane, long position, Stage stage) {

    Task at(Stage next) {
        return new Task(id, lane, position, next);
    }

    /** Whether it keeps the tasks behind it waiting: from its first offer on, backing off included. */
    boolean holdsLane() {
        return switch (stage) {
            case Stage.Waiting waiting -> waiting.next().value() > 1;
            case Stage.Offered _, Stage.Running _, Stage.Delivering _ -> true;
        };
    }
}
