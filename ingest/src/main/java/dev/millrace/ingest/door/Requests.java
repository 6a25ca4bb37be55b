package dev.millrace.ingest.door;

import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.wire.TraceParent;

/** Where accepted requests go. Thread-safe. */
public interface Requests {
    /**
     * Returns when all in-sync replicas have the request.
     *
     * @param cause the trace that the request goes on with
     * @throws BrokerUnavailable if that did not happen by the deadline. A request that was already on its way may still
     *     arrive; as its id derives from the trigger, asking again makes no second task.
     */
    void publish(TaskRequest request, TraceParent cause, Deadline deadline);
}
