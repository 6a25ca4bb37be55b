package dev.millrace.standalone.deadletters;

import dev.millrace.schemas.wire.DeadLetter;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One dead letter.
 *
 * @param id its offset on the dead-letters topic
 * @param why with where it came from
 * @param bytes length of its value
 * @param requeued when it was last put back; null if it was not
 */
public record Letter(
        long id, DeadLetter why, int bytes, @Nullable Instant requeued) {

    static Letter of(ConsumerRecord<byte[], byte[]> record, DeadLetter why, @Nullable Instant requeued) {
        return new Letter(record.offset(), why, Math.max(0, record.serializedValueSize()), requeued);
    }
}
