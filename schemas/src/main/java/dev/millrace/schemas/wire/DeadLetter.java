package dev.millrace.schemas.wire;

import com.google.common.base.Throwables;
import dev.millrace.schemas.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record that could not be read or that breaks a rule: its original bytes, with why, where from and when in headers.
 *
 * @param stage that refused it, such as {@code /millrace/dispatch}
 */
public record DeadLetter(String stage, String reason, String topic, int partition, long offset, Instant at) {
    private static final String HEADER = "millrace_dead_letter_";
    private static final int LONGEST_REASON = 4_000;

    /** The record for the dead-letters topic; the original's own headers stay, so that it can be sent again. */
    public ProducerRecord<byte[], byte[]> of(
            Topic<byte[]> deadLetters, byte @Nullable [] key, byte @Nullable [] value, Headers original) {
        var record = new ProducerRecord<byte[], byte[]>(deadLetters.name(), null, key, value, original);
        String shortened = reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "…";
        Map<String, String> facts = Map.of(
                "stage",
                stage,
                "reason",
                shortened,
                "topic",
                topic,
                "partition",
                Integer.toString(partition),
                "offset",
                Long.toString(offset),
                "at",
                at.toString());
        facts.forEach((name, fact) -> {
            record.headers().remove(HEADER + name);
            record.headers().add(HEADER + name, fact.getBytes(StandardCharsets.UTF_8));
        });
        return record;
    }

    /** What the headers of a record on the dead-letters topic tell; empty where they tell of no dead letter. */
    public static Optional<DeadLetter> of(Headers headers) {
        try {
            return Optional.of(new DeadLetter(
                    fact(headers, "stage"),
                    fact(headers, "reason"),
                    fact(headers, "topic"),
                    Integer.parseInt(fact(headers, "partition")),
                    Long.parseLong(fact(headers, "offset")),
                    Instant.parse(fact(headers, "at"))));
        } catch (NumberFormatException | DateTimeException none) {
            return Optional.empty();
        }
    }

    /** The headers that the record came with. */
    public static Headers original(Headers headers) {
        var original = new RecordHeaders();
        for (Header header : headers) {
            if (!header.key().startsWith(HEADER)) {
                original.add(header);
            }
        }
        return original;
    }

    private static String fact(Headers headers, String name) {
        Header header = headers.lastHeader(HEADER + name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** What went wrong, down to the cause that a person can act on. */
    public static String reasonOf(Throwable failure) {
        Throwable root = Throwables.getRootCause(failure);
        String first = String.valueOf(failure.getMessage());
        return root.equals(failure) ? first : first + ": " + root.getMessage();
    }
}
