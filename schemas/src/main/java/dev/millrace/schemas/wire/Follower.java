package dev.millrace.schemas.wire;

import dev.millrace.schemas.topic.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows every partition of a topic on a thread of its own, in no group: each process hears everything. Goes on after
 * whatever the broker or the registry does; what is no record is logged and skipped.
 *
 * @param <V> type of the topic's records
 */
public final class Follower<V extends SpecificRecord> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final CountDownLatch caughtUp = new CountDownLatch(1);
    private final Topic<V> topic;
    private final Start start;
    private final Listener<V> listener;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Deserializer<V> reader;
    private final Thread thread;
    private volatile boolean closed;

    private Follower(KafkaClients clients, Contracts contracts, Topic<V> topic, Start start, Listener<V> listener) {
        this.topic = topic;
        this.start = start;
        this.listener = listener;
        this.consumer = new KafkaConsumer<>(clients.consumer(), new StringDeserializer(), new ByteArrayDeserializer());
        this.reader = contracts.deserializer(topic);
        this.thread = Thread.ofVirtual().name("follower of " + topic).unstarted(this::follow);
    }

    /** Which records are heard. */
    public enum Start {
        /** All that are there. */
        FROM_THE_BEGINNING,
        /** Those that are written from now on. */
        FROM_NOW_ON
    }

    /** Hears the records, one after the other, on the follower's thread. */
    public interface Listener<V> {
        /**
         * One record, each in its partition's order.
         *
         * @param value null where the key is gone
         */
        void heard(String key, @Nullable V value);

        /** All has been heard that was there at the start. */
        default void caughtUp() {}
    }

    /** Begins to follow. */
    public static <V extends SpecificRecord> Follower<V> of(
            KafkaClients clients, Contracts contracts, Topic<V> topic, Start start, Listener<V> listener) {
        var follower = new Follower<>(clients, contracts, topic, start, listener);
        follower.thread.start();
        return follower;
    }

    /** Whether all has been heard that was there when this began, so that whatever is said from now on is heard. */
    public boolean hasCaughtUp() {
        return caughtUp.getCount() == 0;
    }

    /** Waits for that; false if it takes longer. */
    public boolean awaitCaughtUp(Duration limit) throws InterruptedException {
        return caughtUp.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether it still follows; once it does not, only another one will. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /** Ends within seconds. */
    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(GRACE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        try (consumer;
                reader) {
            Map<TopicPartition, Long> ends = begin();
            while (!closed) {
                hear(ends);
            }
        } catch (WakeupException closing) {
            LOG.debug("{} is followed no more", topic, closing);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error ours) {
            LOG.error("{} is followed no more, by a fault of ours", topic, ours);
            throw ours;
        }
    }

    /** Where the partitions end now. */
    private Map<TopicPartition, Long> begin() throws InterruptedException {
        while (true) {
            try {
                List<TopicPartition> partitions = consumer.partitionsFor(topic.name()).stream()
                        .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                        .toList();
                consumer.assign(partitions);
                Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
                switch (start) {
                    case FROM_THE_BEGINNING -> consumer.seekToBeginning(partitions);
                    case FROM_NOW_ON -> ends.forEach(consumer::seek);
                }
                return ends;
            } catch (WakeupException closing) {
                throw closing;
            } catch (KafkaException failure) {
                waitAfter(failure);
            }
        }
    }

    private void hear(Map<TopicPartition, Long> ends) throws InterruptedException {
        try {
            if (!hasCaughtUp()
                    && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
                listener.caughtUp();
                caughtUp.countDown();
            }
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                hear(record);
            }
        } catch (WakeupException closing) {
            throw closing;
        } catch (KafkaException failure) {
            waitAfter(failure);
        }
    }

    /** Tries again for as long as it is the registry that is away. */
    private void hear(ConsumerRecord<String, byte[]> record) throws InterruptedException {
        while (!closed) {
            try {
                listener.heard(record.key(), reader.deserialize(topic.name(), record.headers(), record.value()));
                return;
            } catch (KafkaException unreadable) {
                if (!Outage.isBehind(unreadable)) {
                    LOG.error(
                            "record {}-{}@{} cannot be read and is skipped",
                            record.topic(),
                            record.partition(),
                            record.offset(),
                            unreadable);
                    return;
                }
                waitAfter(unreadable);
            }
        }
    }

    private void waitAfter(KafkaException failure) throws InterruptedException {
        LOG.warn("{} cannot be followed right now", topic, failure);
        Thread.sleep(PAUSE);
    }
}
