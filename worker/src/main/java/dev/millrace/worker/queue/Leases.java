package dev.millrace.worker.queue;

import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.KafkaClients;
import dev.millrace.schemas.wire.RegistryFault;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows {@code tasks}, and tells each claim of this worker what dispatch says of its task. */
final class Leases implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Map<String, HeldLease> held = new ConcurrentHashMap<>();
    private final CountDownLatch following = new CountDownLatch(1);
    private final KafkaConsumer<String, TaskState> consumer;
    private final Topics topics;
    private final Thread follower;
    private volatile boolean closed;

    Leases(KafkaClients clients, Contracts contracts, Topics topics) {
        this.topics = topics;
        this.consumer = new KafkaConsumer<>(
                clients.consumer(), new StringDeserializer(), contracts.deserializer(topics.tasks()));
        this.follower = Thread.ofVirtual().name("leases").start(this::follow);
    }

    /** Waits until everything that dispatch says from now on will be heard. */
    boolean awaitFollowing(Duration limit) throws InterruptedException {
        return following.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    void hold(HeldLease lease) {
        held.put(lease.item().getTaskId(), lease);
    }

    void letGo(HeldLease lease) {
        held.remove(lease.item().getTaskId(), lease);
    }

    /** Ends within seconds. */
    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            follower.join(GRACE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        try (consumer) {
            var partitions = consumer.partitionsFor(topics.tasks().name()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            following.countDown();
            while (!closed) {
                tellAll();
            }
        } catch (WakeupException woken) {
            LOG.debug("leases end", woken);
        }
    }

    private void tellAll() {
        try {
            for (ConsumerRecord<String, TaskState> record : consumer.poll(POLL)) {
                HeldLease lease = held.get(record.key());
                if (lease != null && record.value() != null) {
                    lease.told(record.value());
                }
            }
        } catch (RecordDeserializationException unreadable) {
            if (RegistryFault.isAway(unreadable)) {
                LOG.warn("states cannot be read while the schema registry is away", unreadable);
                LockSupport.parkNanos(POLL.toNanos());
                return;
            }
            LOG.error("a state of {} cannot be read and is skipped", unreadable.topicPartition(), unreadable);
            consumer.seek(unreadable.topicPartition(), unreadable.offset() + 1);
        }
    }
}
