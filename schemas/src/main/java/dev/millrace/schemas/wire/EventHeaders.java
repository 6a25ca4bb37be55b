package dev.millrace.schemas.wire;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The CloudEvents attributes of a record in Kafka's binary content mode, and its trace.
 *
 * @param type such as {@code dev.millrace.TaskRequest}
 * @param source the stage that wrote it, such as {@code /millrace/ingest}
 * @param subject the task or repository that it is about
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">binding</a>
 */
public record EventHeaders(String id, String type, String source, Instant time, String subject, TraceParent trace) {

    /** Headers of a new event that goes on with the trace of what caused it. */
    public static EventHeaders of(Class<?> type, String source, Instant time, String subject, TraceParent cause) {
        return new EventHeaders(
                UUID.randomUUID().toString(),
                "dev.millrace." + type.getSimpleName(),
                source,
                time,
                subject,
                cause.next(ThreadLocalRandom.current()));
    }

    /** Replaces what the headers hold of these attributes. */
    public void writeTo(Headers headers) {
        Map<String, String> attributes = Map.of(
                "ce_specversion",
                "1.0",
                "ce_id",
                id,
                "ce_type",
                type,
                "ce_source",
                source,
                "ce_time",
                time.toString(),
                "ce_subject",
                subject,
                "content-type",
                "application/avro",
                TraceParent.HEADER,
                trace.value());
        attributes.forEach((name, value) -> {
            headers.remove(name);
            headers.add(name, value.getBytes(StandardCharsets.UTF_8));
        });
    }

    /** The trace that a record belongs to; a new one where it carries none or nonsense. */
    public static TraceParent traceOf(Headers headers) {
        return Optional.ofNullable(headers.lastHeader(TraceParent.HEADER))
                .map(Header::value)
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .filter(TraceParent::isOne)
                .map(TraceParent::new)
                .orElseGet(() -> TraceParent.start(ThreadLocalRandom.current()));
    }
}
