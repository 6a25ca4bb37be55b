package dev.millrace.ingest.trigger;

import dev.millrace.schemas.avro.TaskRequest;

/** What becomes of an event, the forge having been asked. */
public sealed interface Ruling {
    /**
     * A task for somebody who may ask for it.
     *
     * @param originalHash of the texts before anything was removed, for the log
     */
    record Task(TaskRequest request, String originalHash) implements Ruling {}

    /**
     * Nothing is started.
     *
     * @param reason for the log
     */
    record Ignored(String reason) implements Ruling {}
}
