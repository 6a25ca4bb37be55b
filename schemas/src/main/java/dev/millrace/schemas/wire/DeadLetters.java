package dev.millrace.schemas.wire;

import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets aside what one stage cannot use; thread-safe. */
public final class DeadLetters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private final Producer<byte[], byte[]> producer;
    private final Topic<byte[]> topic;
    private final String stage;
    private final InstantSource clock;
    private final Duration limit;

    /**
     * The dead letters of one stage.
     *
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

    /** The same with a producer of its own. */
    public static DeadLetters with(
            KafkaClients clients, Topic<byte[]> topic, String stage, InstantSource clock, Duration limit) {
        var producer = new KafkaProducer<>(clients.producer(), new ByteArraySerializer(), new ByteArraySerializer());
        return new DeadLetters(producer, topic, stage, clock, limit);
    }

    /**
     * Returns when the broker has it, with its bytes, its headers and why.
     *
     * @param record whose key is text or bytes
     * @throws BrokerUnavailable if that cannot be said within the limit
     */
    public void setAside(ConsumerRecord<?, byte[]> record, Throwable why) {
        String reason = DeadLetter.reasonOf(why);
        String place = "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
        LOG.warn("dead letter from {}: {}", place, reason);
        byte[] key = record.key() instanceof byte[] bytes
                ? bytes
                : String.valueOf(record.key()).getBytes(StandardCharsets.UTF_8);
        var letter =
                new DeadLetter(stage, reason, record.topic(), record.partition(), record.offset(), clock.instant());
        try {
            producer.send(letter.of(topic, record.key() == null ? null : key, record.value(), record.headers()))
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new BrokerUnavailable("record %s could not be set aside".formatted(place), failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailable("stopped while %s was set aside".formatted(place), stopped);
        }
    }

    @Override
    public void close() {
        producer.close(limit);
    }
}
