package dev.millrace.sink.stream;

import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads the values of one topic.
 *
 * @param <V> type of the values
 */
public final class Decoder<V> {
    private final Deserializer<V> deserializer;

    /**
     * @param deserializer used by one thread at a time in here
     */
    public Decoder(Deserializer<V> deserializer) {
        this.deserializer = deserializer;
    }

    /**
     * Reads the record's value; a registry that is away shows as its own exception, to be tried again.
     *
     * @throws Poison if the bytes are none of the topic's records
     */
    @SuppressWarnings("NullAway") // Kafka's deserializers answer null to null only, which is refused before
    public synchronized V decode(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            throw new Poison("a record without a value", new NullPointerException());
        }
        try {
            return Objects.requireNonNull(deserializer.deserialize(record.topic(), record.headers(), record.value()));
        } catch (RuntimeException unreadable) {
            if (Faults.isTemporary(unreadable)) {
                throw unreadable;
            }
            throw new Poison("not a record of " + record.topic(), unreadable);
        }
    }
}
