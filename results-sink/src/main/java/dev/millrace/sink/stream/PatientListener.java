package dev.millrace.sink.stream;

import dev.millrace.schemas.wire.DeadLetters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchAcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.support.Acknowledgment;

/**
 * Hands records on one by one, in order, and commits what was handled. Where a record cannot be handled now, its
 * partition alone waits and the others go on; one that never can be is set aside.
 *
 * <p>Threads: may be called by several consumers at the same time, as long as no two hold the same partition.
 */
public final class PatientListener implements BatchAcknowledgingConsumerAwareMessageListener<String, byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(PatientListener.class);

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

    /** Keeps a partition from being read for a while. */
    public interface Pauses {
        void pause(TopicPartition partition, Duration time);
    }

    private record Trouble(long offset, int failures) {}

    private final Handler handler;
    private final Selection selection;
    private final RetryProperties retry;
    private final DeadLetters deadLetters;
    private final Pauses pauses;
    private final Map<TopicPartition, Trouble> troubles = new ConcurrentHashMap<>();

    public PatientListener(
            Handler handler, Selection selection, RetryProperties retry, DeadLetters deadLetters, Pauses pauses) {
        this.handler = handler;
        this.selection = selection;
        this.retry = retry;
        this.deadLetters = deadLetters;
        this.pauses = pauses;
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
        long next = records.getLast().offset() + 1;
        boolean waits = false;
        for (var record : selected(records)) {
            if (!settled(partition, record)) {
                next = record.offset();
                waits = true;
                break;
            }
        }
        if (next > records.getFirst().offset()) {
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(next)));
        }
        if (waits) {
            consumer.seek(partition, next);
            var trouble = troubles.get(partition);
            pauses.pause(partition, retry.after(trouble == null ? 1 : trouble.failures()));
        }
    }

    private List<ConsumerRecord<String, byte[]>> selected(List<ConsumerRecord<String, byte[]>> records) {
        return switch (selection) {
            case ALL -> records;
            case NEWEST_OF_EACH_KEY -> {
                Map<String, Long> newest = new LinkedHashMap<>();
                records.forEach(record -> newest.put(String.valueOf(record.key()), record.offset()));
                yield records.stream()
                        .filter(record ->
                                Long.valueOf(record.offset()).equals(newest.get(String.valueOf(record.key()))))
                        .toList();
            }
        };
    }

    /** Whether the record is done with, one way or the other. */
    private boolean settled(TopicPartition partition, ConsumerRecord<String, byte[]> record) {
        try {
            try {
                handler.handle(record);
            } catch (RuntimeException failed) {
                if (!isHopeless(partition, record, failed)) {
                    return false;
                }
                handler.giveUp(record, failed);
                deadLetters.setAside(record, failed);
                LOG.error("set {} aside, since it cannot be handled", placeOf(record), failed);
            }
        } catch (RuntimeException notEvenThat) {
            LOG.warn("{} could not be set aside; trying again", placeOf(record), notEvenThat);
            return false;
        }
        troubles.remove(partition);
        return true;
    }

    private boolean isHopeless(TopicPartition partition, ConsumerRecord<String, byte[]> record, RuntimeException why) {
        if (why instanceof Poison) {
            return true;
        }
        var trouble = troubles.merge(
                partition,
                new Trouble(record.offset(), 1),
                (last, first) ->
                        last.offset() == first.offset() ? new Trouble(last.offset(), last.failures() + 1) : first);
        if (!Faults.isTemporary(why) && trouble.failures() >= retry.triesOfTheUnknown()) {
            return true;
        }
        LOG.warn(
                "{} cannot be handled now (try {}); its partition waits {}",
                placeOf(record),
                trouble.failures(),
                retry.after(trouble.failures()),
                why);
        return false;
    }

    private static String placeOf(ConsumerRecord<?, ?> record) {
        return "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
    }
}
