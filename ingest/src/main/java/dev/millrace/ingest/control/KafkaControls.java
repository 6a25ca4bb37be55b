package dev.millrace.ingest.control;

import dev.millrace.ingest.door.Acknowledged;
import dev.millrace.ingest.door.Deadline;
import dev.millrace.schemas.avro.ControlRequest;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.schemas.wire.Publisher;
import dev.millrace.schemas.wire.TraceParent;

/** Wishes on their topic, keyed by repository. */
public final class KafkaControls implements Controls {
    /** Any key does: dispatch tells every partition. */
    private static final String EVERYTHING = "";

    private final Acknowledged<ControlRequest> published;

    public KafkaControls(Publisher publisher, Topic<ControlRequest> topic) {
        this.published = new Acknowledged<>(publisher, topic);
    }

    @Override
    public void publish(ControlRequest request, TraceParent cause, Deadline deadline) {
        String repo = request.getRepo();
        String key = repo.isEmpty() ? EVERYTHING : RepoId.parse(repo).key();
        published.publish(key, request, request.getControlId(), cause, deadline);
    }
}
