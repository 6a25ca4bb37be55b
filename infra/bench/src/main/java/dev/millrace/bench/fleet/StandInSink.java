package dev.millrace.bench.fleet;

import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.KafkaClients;
import dev.millrace.schemas.wire.Publisher;
import dev.millrace.schemas.wire.TraceParent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sink without a forge: answers each outcome with a delivery, at least once. As the real one it goes on after every
 * failure, and says some things twice.
 */
public final class StandInSink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StandInSink.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final KafkaConsumer<String, TaskOutcome> consumer;
    private final Topics topics;
    private final Publisher publisher;
    private final double repeated;
    private final SplittableRandom random;
    private final Thread loop;
    private volatile boolean closed;

    StandInSink(
            KafkaClients clients, Contracts contracts, Topics topics, Publisher publisher, double repeated, long seed) {
        this.topics = topics;
        this.publisher = publisher;
        this.repeated = repeated;
        this.random = new SplittableRandom(seed);
        consumer = new KafkaConsumer<>(
                clients.consumer(), new StringDeserializer(), contracts.deserializer(topics.outcomes()));
        var partitions = consumer.partitionsFor(topics.outcomes().name()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        loop = Thread.ofVirtual().name("stand-in-sink").start(this::deliverAll);
    }

    /** An answer on its way. */
    private record Sent(Delivery delivery, CompletableFuture<RecordMetadata> acknowledged) {}

    private void deliverAll() {
        try (consumer) {
            while (!closed) {
                Queue<Sent> sent = new ArrayDeque<>();
                for (ConsumerRecord<String, TaskOutcome> record : consumer.poll(POLL)) {
                    Delivery delivery = delivery(record.value());
                    sent.add(send(delivery));
                    if (random.nextDouble() < repeated) {
                        sent.add(send(delivery));
                    }
                }
                awaitAll(sent);
            }
        } catch (WakeupException | InterruptedException ended) {
            LOG.debug("no more deliveries", ended);
        } catch (KafkaException failed) {
            LOG.error("no more deliveries: outcomes cannot be read", failed);
        }
    }

    private Sent send(Delivery delivery) {
        return new Sent(
                delivery,
                publisher.publish(
                        topics.deliveries(),
                        RepoId.parse(delivery.getRepo()).key(),
                        delivery,
                        delivery.getTaskId(),
                        TraceParent.start(random)));
    }

    private void awaitAll(Queue<Sent> sent) throws InterruptedException {
        while (!sent.isEmpty() && !closed) {
            Sent next = sent.remove();
            try {
                next.acknowledged().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException unheard) {
                LOG.warn("the delivery of {} is sent again", next.delivery().getTaskId(), unheard);
                sent.add(send(next.delivery()));
            }
        }
    }

    private static Delivery delivery(TaskOutcome outcome) {
        return Delivery.newBuilder()
                .setTaskId(outcome.getTaskId())
                .setRepo(outcome.getRepo())
                .setDeliveredAt(Instant.now())
                .setOutcome(outcome.getOutcome())
                .build();
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            loop.join(GRACE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
