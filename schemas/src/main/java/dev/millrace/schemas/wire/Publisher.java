package dev.millrace.schemas.wire;

import dev.millrace.schemas.topic.Topic;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.SendResult;

/** Publishes records of one stage with their headers; thread-safe. */
public final class Publisher {
    private final KafkaTemplate<String, Object> kafka;
    private final String source;
    private final InstantSource clock;

    /**
     * The publisher of one stage.
     *
     * @param source the stage as CloudEvents names it, such as {@code /millrace/ingest}
     */
    public Publisher(KafkaTemplate<String, Object> kafka, String source, InstantSource clock) {
        this.kafka = kafka;
        this.source = source;
        this.clock = clock;
    }

    /** Gets to know the topic, so that the first record need not wait for that. */
    public void prepare(Topic<?> topic) {
        kafka.partitionsFor(topic.name());
    }

    /**
     * Completes when all in-sync replicas have the record, exceptionally when that did not happen within the delivery
     * timeout; what was not acknowledged may still have been written. Never throws by itself, but may block for the
     * delivery timeout where the topic or its schema is not known yet.
     *
     * @param subject the task or repository that the record is about
     * @param cause the trace that the record goes on with
     */
    public <V extends SpecificRecord> CompletableFuture<RecordMetadata> publish(
            Topic<V> topic, String key, V value, String subject, TraceParent cause) {
        var record = new ProducerRecord<String, Object>(topic.name(), key, value);
        EventHeaders.of(topic.type(), source, clock.instant(), subject, cause).writeTo(record.headers());
        try {
            return kafka.send(record).thenApply(SendResult::getRecordMetadata);
        } catch (RuntimeException atOnce) {
            // an unreachable registry or missing metadata: callers learn of every failure in one way
            return CompletableFuture.failedFuture(atOnce);
        }
    }
}
