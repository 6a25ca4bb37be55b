package dev.millrace.bench.dispatch;

import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TriggerKind;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Publisher;
import dev.millrace.schemas.wire.TraceParent;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Asks for tasks that end as soon as they have begun, each of them in a lane of its own. For one thread. */
final class Requests {
    private final Publisher publisher;
    private final Topics topics;
    private final int repositories;
    private final SplittableRandom random = new SplittableRandom();
    private int asked;

    /** @param repositories that take turns */
    Requests(Publisher publisher, Topics topics, int repositories) {
        this.publisher = publisher;
        this.topics = topics;
        this.repositories = repositories;
    }

    /** A request on its way. */
    record Sent(String task, CompletableFuture<RecordMetadata> acknowledged) {}

    Sent send() {
        asked++;
        String task = "bench-%07d".formatted(asked);
        var repo = new RepoId("bench", "project" + asked % repositories);
        var request = TaskRequest.newBuilder()
                .setTaskId(task)
                .setRepo(repo.toString())
                .setTrigger(TriggerKind.API)
                .setRequestedBy("person" + asked % 97)
                .setRequestedAt(Instant.now())
                .setTitle("A task of the benchmark")
                .setInstruction("Nothing is to be done, at once. ".repeat(10))
                .build();
        return new Sent(
                task, publisher.publish(topics.requests(), repo.key(), request, task, TraceParent.start(random)));
    }
}
