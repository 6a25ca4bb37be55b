package dev.millrace.sink.stream;

import dev.millrace.schemas.wire.DeadLetters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.AbstractConsumerSeekAware;
import org.springframework.kafka.listener.BatchAcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.support.Acknowledgment;

/**
 * Hands records on one by one, those of a key in order, and commits what was handled. Where a record cannot be handled
 * now, its key alone waits and the others go on; one that never can be is set aside.
 *
 * <p>Threads: may be called by several consumers at the same time, as long as no two hold the same partition.
 */
public final class PatientListener extends AbstractConsumerSeekAware
        implements BatchAcknowledgingConsumerAwareMessageListener<String, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(PatientListener.class);
    /** Further ahead of what waits nothing is read, since all of it would be read again after a restart. */
    private static final int MOST_AHEAD = 2_000;

    /** What is done with a record. Must be repeatable: the same record may come again. */
    public interface Handler {
        /**
         * Returns when the record's effects are lasting.
         *
         * @throws Poison if it never can be handled
         */
        void handle(ConsumerRecord<String, byte[]> record);

        /** The last word about a record that could not be handled, before it is set aside. */
        default void giveUp(ConsumerRecord<String, byte[]> record, RuntimeException why) {}
    }

    /** Which of the records that came together are handed on. */
    public enum Selection {
        ALL,
        /** A record of the same key that came later says it all. */
        NEWEST_OF_EACH_KEY
    }

    /** Waiting that keeps no thread. */
    public interface Waits {
        /** Keeps a partition from being read for a while. */
        void pause(TopicPartition partition, Duration time);

        /** Runs it after a while, on another thread. */
        void later(Duration time, Runnable what);
    }

    private final Handler handler;
    private final Selection selection;
    private final RetryProperties retry;
    private final DeadLetters deadLetters;
    private final Waits waits;
    private final InstantSource clock;
    private final Map<TopicPartition, Backlog> backlogs = new ConcurrentHashMap<>();

    public PatientListener(
            Handler handler,
            Selection selection,
            RetryProperties retry,
            DeadLetters deadLetters,
            Waits waits,
            InstantSource clock) {
        this.handler = handler;
        this.selection = selection;
        this.retry = retry;
        this.deadLetters = deadLetters;
        this.waits = waits;
        this.clock = clock;
    }

    /** What another consumer did since is not known here. */
    @Override
    public void onPartitionsAssigned(Map<TopicPartition, Long> assignments, ConsumerSeekCallback callback) {
        super.onPartitionsAssigned(assignments, callback);
        backlogs.keySet().removeAll(assignments.keySet());
    }

    @Override
    public void onPartitionsRevoked(@Nullable Collection<TopicPartition> partitions) {
        super.onPartitionsRevoked(partitions);
        if (partitions != null) {
            backlogs.keySet().removeAll(partitions);
        }
    }

    /** Commits by itself, partition by partition, so that one that waits keeps no other from being committed. */
    @Override
    public void onMessage(
            List<ConsumerRecord<String, byte[]>> records,
            @Nullable Acknowledgment unused,
            @Nullable Consumer<?, ?> consumer) {
        Objects.requireNonNull(consumer, "the container hands its consumer to listeners of this kind");
        Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> partitions = new LinkedHashMap<>();
        for (var record : records) {
            partitions
                    .computeIfAbsent(new TopicPartition(record.topic(), record.partition()), _ -> new ArrayList<>())
                    .add(record);
        }
        partitions.forEach((partition, its) -> work(partition, its, consumer));
    }

    private void work(TopicPartition partition, List<ConsumerRecord<String, byte[]>> records, Consumer<?, ?> consumer) {
        Backlog backlog = backlogs.computeIfAbsent(
                partition, _ -> new Backlog(records.getFirst().offset()));
        for (var record : selected(records, backlog)) {
            String key = String.valueOf(record.key());
            if (backlog.isSettled(record.offset())) {
                continue;
            }
            boolean notYet = backlog.waits(key, clock.instant()) || backlog.isBehind(record.offset(), key);
            if (!notYet && settled(record, key, backlog)) {
                backlog.settle(record.offset(), key);
            } else {
                backlog.leave(record.offset(), key);
            }
        }
        backlog.risen().ifPresent(floor -> consumer.commitSync(Map.of(partition, new OffsetAndMetadata(floor))));
        comeBack(partition, backlog);
    }

    private void comeBack(TopicPartition partition, Backlog backlog) {
        Instant now = clock.instant();
        backlog.await(now).ifPresent(time -> waits.later(time, () -> readAgain(partition, backlog)));
        if (backlog.ahead() > MOST_AHEAD) {
            waits.pause(partition, backlog.untilTheFirst(now));
        }
    }

    private void readAgain(TopicPartition partition, Backlog backlog) {
        if (!backlog.equals(backlogs.get(partition))) {
            return; // somebody else's by now
        }
        var offset = backlog.waited();
        var consumers = getSeekCallbacksFor(partition);
        if (offset.isPresent() && consumers != null) {
            consumers.forEach(to -> to.seek(partition.topic(), partition.partition(), offset.get()));
        }
    }

    private List<ConsumerRecord<String, byte[]>> selected(
            List<ConsumerRecord<String, byte[]>> records, Backlog backlog) {
        return switch (selection) {
            case ALL -> records;
            case NEWEST_OF_EACH_KEY -> {
                Map<String, Long> newest = new LinkedHashMap<>();
                records.forEach(record -> newest.put(String.valueOf(record.key()), record.offset()));
                Set<Long> kept = Set.copyOf(newest.values());
                var superseded = records.stream()
                        .map(ConsumerRecord::offset)
                        .filter(offset -> !kept.contains(offset))
                        .toList();
                backlog.settleAll(superseded);
                yield records.stream()
                        .filter(record -> kept.contains(record.offset()))
                        .toList();
            }
        };
    }

    /** Whether the record is done with, one way or the other. */
    private boolean settled(ConsumerRecord<String, byte[]> record, String key, Backlog backlog) {
        try {
            try {
                handler.handle(record);
            } catch (RuntimeException failed) {
                if (!isHopeless(record, key, backlog, failed)) {
                    wait(record, key, backlog, failed);
                    return false;
                }
                handler.giveUp(record, failed);
                deadLetters.setAside(record, failed);
                LOG.error("set {} aside, since it cannot be handled", placeOf(record), failed);
            }
        } catch (RuntimeException notEvenThat) {
            LOG.warn("{} could not be set aside; trying again", placeOf(record), notEvenThat);
            backlog.failed(key, clock.instant().plus(retry.after(1)));
            return false;
        }
        return true;
    }

    private void wait(ConsumerRecord<String, byte[]> record, String key, Backlog backlog, RuntimeException why) {
        int failures = backlog.failures(key) + 1;
        Duration time = retry.after(failures);
        backlog.failed(key, clock.instant().plus(time));
        LOG.warn(
                "{} cannot be handled now (try {}); what is of {} waits {}", placeOf(record), failures, key, time, why);
    }

    private boolean isHopeless(
            ConsumerRecord<String, byte[]> record, String key, Backlog backlog, RuntimeException why) {
        if (why instanceof Poison) {
            return true;
        }
        if (backlog.failures(key) + 1 < retry.triesOfTheUnknown()) {
            return false;
        }
        return !Faults.isTemporary(why) || isOlderThan(record, retry.giveUpAfter());
    }

    private boolean isOlderThan(ConsumerRecord<?, ?> record, Duration age) {
        return record.timestamp() != ConsumerRecord.NO_TIMESTAMP
                && Instant.ofEpochMilli(record.timestamp()).plus(age).isBefore(clock.instant());
    }

    private static String placeOf(ConsumerRecord<?, ?> record) {
        return "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
    }
}
