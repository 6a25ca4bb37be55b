package dev.millrace.ingest.trigger;

import dev.millrace.schemas.avro.ControlRequest;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.id.TaskId;

/** What becomes of an event, the forge having been asked. */
public sealed interface Ruling {
    /**
     * A task for somebody who may ask for it.
     *
     * @param originalHash of the texts before anything was removed, for the log
     */
    record Task(TaskRequest request, String originalHash, Place place) implements Ruling {
        public TaskId id() {
            return new TaskId(request.getTaskId());
        }
    }

    /**
     * Something is to be done with tasks that exist.
     *
     * @param what for the log
     */
    record Wanted(TaskId id, ControlRequest request, String what, Place place) implements Ruling {}

    /**
     * Nothing is started, since a sentence was all that was wanted.
     *
     * @param what for the log
     */
    record Answered(TaskId id, String what, Place place, Answer answer) implements Ruling {}

    /**
     * Nothing is started, and who asked is told so.
     *
     * @param id of what was asked for
     * @param reason for the log
     * @param answer what the person is told
     */
    record Refused(TaskId id, String reason, Place place, Answer answer) implements Ruling {}

    /**
     * Nothing is started.
     *
     * @param reason for the log
     */
    record Ignored(String reason) implements Ruling {}

    /**
     * A sentence to a person.
     *
     * @param id what is said under the same id is said once
     */
    record Answer(TaskId id, String text) {}
}
