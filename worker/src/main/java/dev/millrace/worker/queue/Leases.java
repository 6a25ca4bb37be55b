package dev.millrace.worker.queue;

import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.KafkaClients;
import dev.millrace.schemas.wire.Outage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
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
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Map<Claim, HeldLease> held = new ConcurrentHashMap<>();
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

    private record Claim(String task, int attempt) {
        static Claim of(HeldLease lease) {
            return new Claim(lease.item().getTaskId(), lease.item().getAttempt());
        }
    }

    /** Waits until everything that dispatch says from now on will be heard. */
    boolean awaitFollowing(Duration limit) throws InterruptedException {
        return following.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** False if this worker holds the same attempt already; nothing is changed then. */
    boolean hold(HeldLease lease) {
        return held.putIfAbsent(Claim.of(lease), lease) == null;
    }

    void letGo(HeldLease lease) {
        held.remove(Claim.of(lease), lease);
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
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Goes on after every failure: a worker that hears nothing would claim tasks and lose each of them. */
    private void tellAll() throws InterruptedException {
        try {
            for (ConsumerRecord<String, TaskState> record : consumer.poll(POLL)) {
                TaskState state = record.value();
                if (state != null) {
                    tell(record.key(), state);
                }
            }
        } catch (RecordDeserializationException unreadable) {
            if (Outage.isBehind(unreadable)) {
                LOG.warn("a state of {} cannot be read right now", unreadable.topicPartition(), unreadable);
                Thread.sleep(PAUSE);
            } else {
                LOG.error("a state of {} cannot be read and is skipped", unreadable.topicPartition(), unreadable);
                consumer.seek(unreadable.topicPartition(), unreadable.offset() + 1);
            }
        } catch (WakeupException closing) {
            throw closing;
        } catch (KafkaException failure) {
            LOG.warn("tasks cannot be followed right now", failure);
            Thread.sleep(PAUSE);
        }
    }

    private void tell(String task, TaskState state) {
        held.forEach((claim, lease) -> {
            if (claim.task().equals(task)) {
                lease.told(state);
            }
        });
    }
}
