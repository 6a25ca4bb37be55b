package dev.millrace.ingest.reconcile;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Turns by a consumer group that reads nothing: who is assigned the topic's first partition looks, and what it has seen
 * is the metadata of that partition's offset. So a restart, another instance that takes over, and one that was believed
 * dead are dealt with by the group.
 */
final class KafkaTurns implements Turns {
    /** A look may take long; an instance that is stuck in one is replaced after this. */
    private static final Duration LONGEST_LOOK = Duration.ofMinutes(15);

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition first;

    KafkaTurns(Consumer<byte[], byte[]> consumer, String topic) {
        this.consumer = consumer;
        this.first = new TopicPartition(topic, 0);
        consumer.subscribe(List.of(topic));
    }

    /** What the consumer has to be made with, beside what every consumer has. */
    static Map<String, Object> settings(Map<String, Object> common, String group) {
        Map<String, Object> settings = new HashMap<>(common);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        settings.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Math.toIntExact(LONGEST_LOOK.toMillis()));
        return settings;
    }

    @Override
    public boolean await(Duration span) {
        long end = System.nanoTime() + span.toNanos();
        try {
            do {
                consumer.pause(consumer.assignment());
                consumer.poll(Duration.ofNanos(Math.clamp(
                        end - System.nanoTime(), 0, Duration.ofSeconds(1).toNanos())));
            } while (System.nanoTime() < end && !Thread.currentThread().isInterrupted());
        } catch (InterruptException stopped) {
            Thread.currentThread().interrupt();
        }
        return consumer.assignment().contains(first);
    }

    @Override
    public Optional<Instant> seen() {
        return Optional.ofNullable(consumer.committed(Set.of(first)).get(first)).flatMap(KafkaTurns::moment);
    }

    @Override
    public void seen(Instant moment) {
        // The end, so that nobody who watches lags sees one.
        long end = consumer.endOffsets(Set.of(first)).getOrDefault(first, 0L);
        consumer.commitSync(Map.of(first, new OffsetAndMetadata(end, moment.toString())));
    }

    /** Leaves the group also where the thread was told to stop, so that another instance need not wait to follow. */
    @Override
    public void close() {
        boolean stopped = Thread.interrupted();
        consumer.close(CloseOptions.timeout(CLOSE_WITHIN));
        if (stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<Instant> moment(OffsetAndMetadata committed) {
        try {
            return Optional.of(Instant.parse(committed.metadata()));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
