package dev.millrace.sink.stream;

import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sets records aside as they came, with why, where from and when. Thread-safe. */
public final class DeadLetters implements AutoCloseable {
    private static final int MOST = 2_000;

    private final Producer<byte[], byte[]> producer;
    private final Topic<byte[]> topic;
    private final String stage;
    private final InstantSource clock;
    private final Duration limit;

    /**
     * @param producer closed with this
     * @param stage such as {@code /millrace/results-sink}
     * @param limit of the wait for the broker's acknowledgement
     */
    public DeadLetters(
            Producer<byte[], byte[]> producer, Topic<byte[]> topic, String stage, InstantSource clock, Duration limit) {
        this.producer = producer;
        this.topic = topic;
        this.stage = stage;
        this.clock = clock;
        this.limit = limit;
    }

    /**
     * Returns when the broker has it.
     *
     * @throws BrokerUnavailable if that cannot be said within the limit
     */
    void setAside(ConsumerRecord<String, byte[]> record, Throwable why) {
        byte[] key = record.key() == null ? null : record.key().getBytes(StandardCharsets.UTF_8);
        var letter = new ProducerRecord<>(topic.name(), key, record.value());
        record.headers().forEach(letter.headers()::add);
        reasons(record, why).forEach((name, value) -> {
            letter.headers().remove(name);
            letter.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
        });
        try {
            producer.send(letter).get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new BrokerUnavailable("record %s could not be set aside".formatted(placeOf(record)), failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailable("stopped while %s was set aside".formatted(placeOf(record)), stopped);
        }
    }

    @Override
    public void close() {
        producer.close(limit);
    }

    private Map<String, String> reasons(ConsumerRecord<String, byte[]> record, Throwable why) {
        Map<String, String> reasons = new LinkedHashMap<>();
        reasons.put("dead-letter-reason", cut(why.getClass().getSimpleName() + ": " + why.getMessage()));
        Throwable cause = why.getCause();
        reasons.put("dead-letter-cause", cause == null ? "" : cut(cause.toString()));
        reasons.put("dead-letter-stage", stage);
        reasons.put("dead-letter-topic", record.topic());
        reasons.put("dead-letter-partition", Integer.toString(record.partition()));
        reasons.put("dead-letter-offset", Long.toString(record.offset()));
        reasons.put("dead-letter-at", clock.instant().toString());
        return reasons;
    }

    private static String cut(String text) {
        return text.length() <= MOST ? text : text.substring(0, MOST);
    }

    static String placeOf(ConsumerRecord<?, ?> record) {
        return "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
    }
}
