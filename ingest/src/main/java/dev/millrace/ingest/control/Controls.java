package dev.millrace.ingest.control;

import dev.millrace.ingest.door.Deadline;
import dev.millrace.schemas.avro.ControlRequest;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.wire.TraceParent;

/** Where wishes about tasks that exist go; dispatch carries them out. Thread-safe. */
public interface Controls {
    /**
     * Returns when all in-sync replicas have the request.
     *
     * @param request whose {@code controlId} derives from what led to it, so that the same wish twice is one
     * @param cause the trace that the request goes on with
     * @throws BrokerUnavailable if that did not happen by the deadline; the request may still arrive
     */
    void publish(ControlRequest request, TraceParent cause, Deadline deadline);

    /** The new task that a retry under this {@code controlId} makes. */
    static TaskId retriedAs(String controlId) {
        return TaskId.derivedFrom("retry", controlId);
    }
}
