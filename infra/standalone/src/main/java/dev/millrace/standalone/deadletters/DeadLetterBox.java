package dev.millrace.standalone.deadletters;

import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.DeadLetter;
import dev.millrace.schemas.wire.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The dead letters of an installation. That one was put back is noted beside it, in the same transaction, so that it
 * goes back once, whoever tries it again or at the same time. For one thread.
 */
public final class DeadLetterBox implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);

    private final KafkaClients clients;
    private final Topics topics;
    private final InstantSource clock;
    private final Duration limit;
    private final TopicPartition place;
    private final KafkaConsumer<byte[], byte[]> consumer;

    /**
     * The letters behind these clients.
     *
     * @param limit of each wait for the broker
     */
    public DeadLetterBox(KafkaClients clients, Topics topics, InstantSource clock, Duration limit) {
        this.clients = clients;
        this.topics = topics;
        this.clock = clock;
        this.limit = limit;
        this.place = new TopicPartition(topics.deadLetters().name(), 0);
        this.consumer =
                new KafkaConsumer<>(clients.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(List.of(place));
    }

    /**
     * All letters, the oldest first.
     *
     * @throws BrokerUnavailable if the broker does not tell within the limit
     */
    public List<Letter> all() {
        Map<Long, Instant> requeued = new HashMap<>();
        List<Letter> letters = new ArrayList<>();
        read(0, record -> {
            Requeued.of(record.headers()).ifPresent(note -> requeued.put(note.id(), note.at()));
            DeadLetter.of(record.headers()).ifPresent(why -> letters.add(Letter.of(record, why, null)));
        });
        return letters.stream()
                .map(letter -> new Letter(letter.id(), letter.why(), letter.bytes(), requeued.get(letter.id())))
                .toList();
    }

    /**
     * The record that became the letter, as it came: its key, its bytes, its own headers, its place; empty if there is
     * no such letter.
     */
    public Optional<ProducerRecord<byte[], byte[]>> original(long id) {
        return letter(id)
                .flatMap(record -> DeadLetter.of(record.headers())
                        .map(why -> new ProducerRecord<>(
                                why.topic(),
                                why.partition(),
                                record.key(),
                                record.value(),
                                DeadLetter.original(record.headers()))));
    }

    /**
     * Puts a letter back to where it came from.
     *
     * @param again even if that was done before
     * @throws NotRequeued if it was, or there is no such letter, or it must not go back
     * @throws BrokerUnavailable if the broker does not take it within the limit
     */
    public void requeue(long id, boolean again) throws NotRequeued {
        ProducerRecord<byte[], byte[]> original = original(id)
                .orElseThrow(() ->
                        new NotRequeued("there is no dead letter %d: list shows those that there are".formatted(id)));
        if (original.topic().equals(topics.tasks().name())) {
            throw new NotRequeued(("dead letter %d came from %s, where the newest record of a task counts and dispatch"
                            + " alone writes; an old one must not come back")
                    .formatted(id, original.topic()));
        }
        try (var producer = producer()) {
            // From here on whoever began this before can commit nothing any more.
            producer.initTransactions();
            Optional<Instant> before = requeued(id);
            if (before.isPresent() && !again) {
                throw new NotRequeued(
                        "dead letter %d was put back at %s; --again does it once more".formatted(id, before.get()));
            }
            producer.beginTransaction();
            var sent = producer.send(original);
            var noted = producer.send(new Requeued(id, clock.instant()).record(topics.deadLetters()));
            sent.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            noted.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            producer.commitTransaction();
        } catch (KafkaException | ExecutionException | TimeoutException failed) {
            throw new BrokerUnavailable("dead letter %d was not put back".formatted(id), failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailable("stopped while dead letter %d was put back".formatted(id), stopped);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> settings = clients.producer();
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topics.group("dead-letters-requeue"));
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Optional<Instant> requeued(long id) {
        List<Instant> found = new ArrayList<>();
        read(
                id,
                record -> Requeued.of(record.headers())
                        .filter(note -> note.id() == id)
                        .ifPresent(note -> found.add(note.at())));
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getLast());
    }

    private Optional<ConsumerRecord<byte[], byte[]>> letter(long id) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            if (id < beginning() || id >= this.end()) {
                return Optional.empty();
            }
            consumer.seek(place, id);
            while (System.nanoTime() < end) {
                for (var record : consumer.poll(POLL)) {
                    return record.offset() == id ? Optional.of(record) : Optional.empty();
                }
                if (consumer.position(place) > id) {
                    return Optional.empty();
                }
            }
        } catch (KafkaException failed) {
            throw new BrokerUnavailable("dead letter %d cannot be read".formatted(id), failed);
        }
        throw late("dead letter %d".formatted(id));
    }

    private void read(long from, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        long silentUntil = System.nanoTime() + limit.toNanos();
        try {
            long end = end();
            consumer.seek(place, Math.max(from, beginning()));
            while (consumer.position(place) < end) {
                var records = consumer.poll(POLL);
                records.forEach(reader);
                if (!records.isEmpty()) {
                    silentUntil = System.nanoTime() + limit.toNanos();
                } else if (System.nanoTime() >= silentUntil) {
                    throw late("the dead letters");
                }
            }
        } catch (KafkaException failed) {
            throw new BrokerUnavailable("the dead letters cannot be read", failed);
        }
    }

    private BrokerUnavailable late(String what) {
        String told = "%s could not be read within %s".formatted(what, limit);
        return new BrokerUnavailable(told, new TimeoutException(told));
    }

    private long beginning() {
        return consumer.beginningOffsets(List.of(place), limit).getOrDefault(place, 0L);
    }

    private long end() {
        return consumer.endOffsets(List.of(place), limit).getOrDefault(place, 0L);
    }
}
