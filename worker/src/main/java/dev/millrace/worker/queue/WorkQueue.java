package dev.millrace.worker.queue;

import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.DeadLetters;
import dev.millrace.schemas.wire.EventHeaders;
import dev.millrace.schemas.wire.KafkaClients;
import dev.millrace.schemas.wire.Outage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one offer at a time from the share group, and only with a seat free: claims it, accepts it, and hands it to an
 * attempt. The loop is its own, since Spring's share listeners are called again on renewals.
 */
final class WorkQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkQueue.class);
    /** How often it is looked whether the queue is to end, while no seat is free. */
    private static final Duration SEAT = Duration.ofSeconds(1);
    /**
     * Short, since each poll asks the broker once: where the answer comes at once and empty, as it does after an
     * acknowledgement, nobody asks again before the next poll, whatever has been offered meanwhile.
     */
    private static final Duration POLL = Duration.ofMillis(50);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final KafkaShareConsumer<byte[], byte[]> consumer;
    private final Deserializer<WorkItem> items;
    private final Topics topics;
    private final Running running;
    private final DeadLetters deadLetters;
    private final Semaphore seats;
    private final Thread loop;
    private volatile boolean closed;

    WorkQueue(
            KafkaClients clients,
            Deserializer<WorkItem> items,
            Topics topics,
            Running running,
            DeadLetters deadLetters,
            int seats) {
        this.consumer = new KafkaShareConsumer<>(
                settings(clients, topics), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.items = items;
        this.topics = topics;
        this.running = running;
        this.deadLetters = deadLetters;
        this.seats = new Semaphore(seats);
        this.loop = Thread.ofVirtual().name("work-queue").unstarted(this::takeWork);
    }

    void start() {
        loop.start();
    }

    /** Takes nothing more; what runs goes on. */
    @Override
    public void close() {
        closed = true;
        if (loop.getState() == Thread.State.NEW) {
            consumer.close(GRACE);
            return;
        }
        consumer.wakeup();
        try {
            loop.join(GRACE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it takes work, or was told not to; what died of a fault does neither. */
    boolean isAlive() {
        return closed || loop.isAlive();
    }

    private static Map<String, Object> settings(KafkaClients clients, Topics topics) {
        Map<String, Object> settings = clients.common();
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, topics.group(Topics.WORKERS));
        settings.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
        settings.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 500);
        // The loop does not poll while no seat is free, however long that takes; the group need not mind.
        settings.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Integer.MAX_VALUE);
        return settings;
    }

    private void takeWork() {
        try (consumer) {
            consumer.subscribe(List.of(topics.work().name()));
            while (!closed) {
                if (seats.tryAcquire(SEAT.toMillis(), TimeUnit.MILLISECONDS)) {
                    takeOne();
                }
            }
        } catch (WakeupException | InterruptedException stopped) {
            LOG.debug("the queue takes nothing more", stopped);
        } catch (RuntimeException | Error ours) {
            LOG.error("the queue takes nothing more, by a fault of ours: start this worker anew", ours);
            throw ours;
        }
    }

    /** Begins with a seat held; whoever starts an attempt passes it on. */
    private void takeOne() throws InterruptedException {
        boolean passedOn = false;
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                Taken taken = take(record);
                passedOn = taken == Taken.STARTED;
                consumer.commitSync()
                        .forEach((partition, failure) -> failure.ifPresent(late -> LOG.warn(
                                "the broker did not take the acknowledgement for {}: offered again", partition, late)));
                if (taken == Taken.GIVEN_BACK && !closed) {
                    // Only now that the broker knows: in this moment others may have it.
                    Thread.sleep(PAUSE);
                }
            }
        } catch (WakeupException stopped) {
            throw stopped;
        } catch (KafkaException | BrokerUnavailable failure) {
            LOG.warn("work cannot be taken right now", failure);
            Thread.sleep(PAUSE);
        } finally {
            if (!passedOn) {
                seats.release();
            }
        }
    }

    /** What became of an offer; an attempt that was started frees the seat at its end. */
    private enum Taken {
        STARTED,
        OVER,
        GIVEN_BACK
    }

    /** Whatever happens, the record is acknowledged: with one left open every further poll would fail. */
    private Taken take(ConsumerRecord<byte[], byte[]> record) {
        boolean started;
        if (closed) {
            consumer.acknowledge(record, AcknowledgeType.RELEASE);
            return Taken.GIVEN_BACK;
        }
        try {
            WorkItem item = items.deserialize(record.topic(), record.headers(), record.value());
            if (running.leavesToOthers(item, record.deliveryCount().orElse((short) 1))) {
                return leave(record, item);
            }
            started = running.claim(item, EventHeaders.traceOf(record.headers()), seats::release);
        } catch (BrokerUnavailable unclaimed) {
            return giveBack(record, unclaimed);
        } catch (RuntimeException unusable) {
            if (closed || Outage.isBehind(unusable)) {
                return giveBack(record, unusable);
            }
            return setAside(record, unusable);
        }
        consumer.acknowledge(record, AcknowledgeType.ACCEPT);
        return started ? Taken.STARTED : Taken.OVER;
    }

    private Taken leave(ConsumerRecord<byte[], byte[]> record, WorkItem item) {
        LOG.info("task {} broke here before, and is left to other workers for a moment", item.getTaskId());
        consumer.acknowledge(record, AcknowledgeType.RELEASE);
        return Taken.GIVEN_BACK;
    }

    private Taken giveBack(ConsumerRecord<byte[], byte[]> record, RuntimeException why) {
        LOG.warn("the work at offset {} was not claimed and goes back", record.offset(), why);
        consumer.acknowledge(record, AcknowledgeType.RELEASE);
        return Taken.GIVEN_BACK;
    }

    private Taken setAside(ConsumerRecord<byte[], byte[]> record, RuntimeException why) {
        try {
            deadLetters.setAside(record, why);
            consumer.acknowledge(record, AcknowledgeType.REJECT);
            return Taken.OVER;
        } catch (BrokerUnavailable away) {
            return giveBack(record, away);
        }
    }
}
