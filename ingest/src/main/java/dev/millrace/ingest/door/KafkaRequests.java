package dev.millrace.ingest.door;

import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.wire.Publisher;
import dev.millrace.schemas.wire.TraceParent;
import java.util.concurrent.TimeoutException;

/** Requests on their topic, keyed by repository. */
public final class KafkaRequests implements Requests {
    private final Publisher publisher;
    private final Topic<TaskRequest> topic;

    public KafkaRequests(Publisher publisher, Topic<TaskRequest> topic) {
        this.publisher = publisher;
        this.topic = topic;
    }

    @Override
    public void publish(TaskRequest request, TraceParent cause, Deadline deadline) {
        String key = RepoId.parse(request.getRepo()).key();
        try {
            // Without metadata the producer itself blocks, and sends nothing when it is interrupted.
            deadline.await(() -> publisher
                    .publish(topic, key, request, request.getTaskId(), cause)
                    .join());
        } catch (TimeoutException late) {
            throw new BrokerUnavailable("no acknowledgement from the broker in time", late);
        } catch (RuntimeException failed) {
            throw new BrokerUnavailable("the broker or the schema registry did not take the request", failed);
        }
    }
}
