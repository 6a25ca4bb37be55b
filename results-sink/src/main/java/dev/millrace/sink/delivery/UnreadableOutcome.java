package dev.millrace.sink.delivery;

import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** What can be said of an outcome whose bytes cannot be read: its key and its headers name the task. */
final class UnreadableOutcome {
    private static final String SUBJECT = "ce_subject";

    private UnreadableOutcome() {}

    /** The delivery that frees the task's lane; empty where the record names no task, so that nobody waits for it. */
    static Optional<Delivery> delivery(ConsumerRecord<String, byte[]> record, Instant now) {
        Header subject = record.headers().lastHeader(SUBJECT);
        if (subject == null || record.key() == null) {
            return Optional.empty();
        }
        try {
            var task = new TaskId(new String(subject.value(), StandardCharsets.UTF_8));
            var repo = RepoId.parse(record.key());
            return Optional.of(Delivery.newBuilder()
                    .setTaskId(task.value())
                    .setRepo(repo.toString())
                    .setDeliveredAt(now)
                    .setOutcome(Outcome.BROKEN)
                    .setReason("The result cannot be read; Millrace's operator finds it in dead-letters.")
                    .build());
        } catch (IllegalArgumentException namesNoTask) {
            return Optional.empty();
        }
    }
}
