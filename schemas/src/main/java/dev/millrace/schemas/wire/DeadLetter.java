package dev.millrace.schemas.wire;

import com.google.common.base.Throwables;
import dev.millrace.schemas.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
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

    /** What went wrong, down to the cause that a person can act on. */
    public static String reasonOf(Throwable failure) {
        Throwable root = Throwables.getRootCause(failure);
        String first = String.valueOf(failure.getMessage());
        return root.equals(failure) ? first : first + ": " + root.getMessage();
    }
}
