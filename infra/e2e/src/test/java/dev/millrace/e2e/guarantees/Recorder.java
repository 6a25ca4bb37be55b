package dev.millrace.e2e.guarantees;

import static org.awaitility.Awaitility.await;

import dev.millrace.bench.fleet.Fleet;
import dev.millrace.bench.fleet.Journal;
import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.schemas.topic.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Takes down what happens: what topics tell, what workers wrote in their journals, and what was done to processes. */
final class Recorder implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration CATCH_UP = Duration.ofMinutes(1);

    private final Queue<Fact> facts = new ConcurrentLinkedQueue<>();
    private final Map<String, Fact.Stands> newest = new ConcurrentHashMap<>();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final Map<TopicPartition, Long> read = new ConcurrentHashMap<>();
    private final Map<String, Deserializer<? extends SpecificRecord>> readers = new HashMap<>();
    private final Fleet fleet;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Thread listener;

    Recorder(Fleet fleet) {
        this.fleet = fleet;
        var topics = fleet.topics();
        consumer = consumer();
        List.of(topics.requests(), topics.tasks(), topics.outcomes(), topics.deliveries())
                .forEach(this::reader);
        consumer.assign(readers.keySet().stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList());
        consumer.seekToBeginning(consumer.assignment());
        listener = Thread.ofVirtual().name("recorder").start(this::listen);
    }

    void happened(Fact fact) {
        facts.add(fact);
    }

    /** Where a task stands, as far as was heard; null for one that nothing was said of. */
    Fact.@Nullable Stands newest(String task) {
        return newest.get(task);
    }

    /** How many of the tasks that were asked for came to their end. */
    long done() {
        return newest.values().stream()
                .filter(stands -> stands.phase() == Phase.DONE)
                .count();
    }

    /** Reads what a worker wrote: its doing becomes facts. */
    void takeDown(Path journal) {
        String worker = "";
        for (Journal.Entry entry : Journal.read(journal)) {
            switch (entry.kind()) {
                case WORKER -> worker = entry.name();
                case HOLDS -> facts.add(new Fact.Holds(entry.at(), entry.name(), entry.attempt(), worker));
                case LEFT -> facts.add(new Fact.Left(entry.at(), entry.name(), entry.attempt(), worker));
            }
        }
    }

    /** Waits until all that is on the topics now was heard. */
    void awaitAll() {
        Map<TopicPartition, Long> ends;
        try (var asker = consumer()) {
            ends = asker.endOffsets(List.copyOf(read.keySet()));
        }
        await("the recorder")
                .atMost(CATCH_UP)
                .until(() -> ends.entrySet().stream()
                        .allMatch(end -> read.getOrDefault(end.getKey(), 0L) >= end.getValue()));
    }

    Collection<Fact> facts() {
        return List.copyOf(facts);
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            listener.join(GRACE);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private KafkaConsumer<String, byte[]> consumer() {
        return new KafkaConsumer<>(fleet.clients().consumer(), new StringDeserializer(), new ByteArrayDeserializer());
    }

    private void reader(Topic<? extends SpecificRecord> topic) {
        readers.put(topic.name(), fleet.contracts().deserializer(topic));
    }

    private void listen() {
        try (consumer) {
            while (true) {
                consumer.poll(POLL).forEach(this::take);
                // Where a transaction ended last, its mark is the last thing that there is to read.
                consumer.assignment().forEach(partition -> read.put(partition, consumer.position(partition)));
            }
        } catch (WakeupException closed) {
            // as it should end
        }
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        var reader = readers.get(record.topic());
        if (reader == null || record.value() == null) {
            return;
        }
        Instant at = Instant.ofEpochMilli(record.timestamp());
        switch (reader.deserialize(record.topic(), record.headers(), record.value())) {
            case TaskRequest request -> ask(at, request);
            case TaskState state -> stand(at, state);
            case TaskOutcome outcome ->
                facts.add(new Fact.Ended(
                        at, outcome.getTaskId(), outcome.getAttempt(), outcome.getWorker(), outcome.getOutcome()));
            case Delivery delivery -> facts.add(new Fact.Delivered(delivery.getDeliveredAt(), delivery.getTaskId()));
            default -> throw new IllegalStateException("an unknown record on " + record.topic());
        }
    }

    private void ask(Instant at, TaskRequest request) {
        var repo = RepoId.parse(request.getRepo());
        if (asked.add(request.getTaskId())) {
            facts.add(new Fact.Asked(
                    at,
                    request.getTaskId(),
                    LaneId.of(repo, request.getNumber(), new TaskId(request.getTaskId()))
                            .value(),
                    repo.key()));
        }
    }

    private void stand(Instant at, TaskState state) {
        var stands = new Fact.Stands(
                at, state.getTaskId(), state.getPhase(), state.getAttempt(), state.getWorker(), state.getWaitingFor());
        newest.put(state.getTaskId(), stands);
        facts.add(stands);
    }
}
