package dev.millrace.standalone.deadletters;

import dev.millrace.schemas.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The note, on the dead-letters topic itself, that a letter was put back.
 *
 * @param id of the letter
 */
record Requeued(long id, Instant at) {
    private static final String ID = "millrace_requeued_letter";
    private static final String AT = "millrace_requeued_at";

    static Optional<Requeued> of(Headers headers) {
        Header id = headers.lastHeader(ID);
        Header at = headers.lastHeader(AT);
        if (id == null || at == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Requeued(Long.parseLong(text(id)), Instant.parse(text(at))));
        } catch (NumberFormatException | DateTimeException none) {
            return Optional.empty();
        }
    }

    ProducerRecord<byte[], byte[]> record(Topic<byte[]> deadLetters) {
        var record = new ProducerRecord<byte[], byte[]>(deadLetters.name(), null, null, null);
        record.headers().add(ID, Long.toString(id).getBytes(StandardCharsets.UTF_8));
        record.headers().add(AT, at.toString().getBytes(StandardCharsets.UTF_8));
        return record;
    }

    private static String text(Header header) {
        return new String(header.value(), StandardCharsets.UTF_8);
    }
}
