package dev.millrace.sink.delivery;

import dev.millrace.schemas.avro.Changeset;
import dev.millrace.schemas.avro.ChangesetPointer;
import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.topic.Topic;
import dev.millrace.sink.stream.Decoder;
import dev.millrace.sink.stream.Poison;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads changesets where their pointers say, with one consumer for all, one after the other. Thread-safe. */
public final class KafkaChangesets implements Changesets, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaChangesets.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Topic<Changeset> topic;
    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Decoder<Changeset> decoder;
    private final InstantSource clock;
    private final Duration limit;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Consumer<String, byte[]> consumer;

    /**
     * @param consumers makes consumers that belong to no group and take one record at a time
     * @param limit of the wait for one changeset
     */
    public KafkaChangesets(
            Topic<Changeset> topic,
            Supplier<Consumer<String, byte[]>> consumers,
            Decoder<Changeset> decoder,
            InstantSource clock,
            Duration limit) {
        this.topic = topic;
        this.consumers = consumers;
        this.decoder = decoder;
        this.clock = clock;
        this.limit = limit;
    }

    @Override
    public Optional<Changeset> at(ChangesetPointer pointer) {
        lock.lock();
        try {
            return record(open(), pointer).map(decoder::decode);
        } catch (Poison notOne) {
            LOG.warn("no changeset lies at {}", pointer, notOne);
            return Optional.empty();
        } catch (KafkaException | BrokerUnavailable failed) {
            close();
            throw new BrokerUnavailable("could not read the changeset at " + pointer, failed);
        } finally {
            lock.unlock();
        }
    }

    private Optional<ConsumerRecord<String, byte[]>> record(Consumer<String, byte[]> from, ChangesetPointer pointer) {
        boolean known = from.partitionsFor(topic.name(), limit).stream()
                .anyMatch(partition -> partition.partition() == pointer.getPartition());
        if (!known) {
            return Optional.empty();
        }
        var partition = new TopicPartition(topic.name(), pointer.getPartition());
        from.assign(List.of(partition));
        long first = from.beginningOffsets(List.of(partition), limit).getOrDefault(partition, 0L);
        long end = from.endOffsets(List.of(partition), limit).getOrDefault(partition, 0L);
        if (pointer.getOffset() < first || pointer.getOffset() >= end) {
            return Optional.empty();
        }
        from.seek(partition, pointer.getOffset());
        Instant deadline = clock.instant().plus(limit);
        while (clock.instant().isBefore(deadline)) {
            for (var record : from.poll(POLL).records(partition)) {
                return record.offset() == pointer.getOffset() ? Optional.of(record) : Optional.empty();
            }
            if (from.position(partition, limit) > pointer.getOffset()) {
                return Optional.empty(); // a transaction's marker, or a record of one that was aborted
            }
        }
        throw new BrokerUnavailable(
                "no answer within %s".formatted(limit), new java.util.concurrent.TimeoutException());
    }

    private Consumer<String, byte[]> open() {
        if (consumer == null) {
            consumer = consumers.get();
        }
        return consumer;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (consumer != null) {
                consumer.close();
            }
        } catch (KafkaException left) {
            LOG.warn("the consumer of changesets did not close well", left);
        } finally {
            consumer = null;
            lock.unlock();
        }
    }
}
