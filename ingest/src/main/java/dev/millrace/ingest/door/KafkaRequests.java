package dev.millrace.ingest.door;

import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.wire.Publisher;
import dev.millrace.schemas.wire.TraceParent;

/** Requests on their topic, keyed by repository. */
public final class KafkaRequests implements Requests {
    private final Acknowledged<TaskRequest> published;

    public KafkaRequests(Publisher publisher, Topic<TaskRequest> topic) {
        this.published = new Acknowledged<>(publisher, topic);
    }

    @Override
    public void publish(TaskRequest request, TraceParent cause, Deadline deadline) {
        String key = RepoId.parse(request.getRepo()).key();
        published.publish(key, request, request.getTaskId(), cause, deadline);
    }
}
