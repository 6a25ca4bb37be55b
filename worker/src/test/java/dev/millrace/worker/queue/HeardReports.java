package dev.millrace.worker.queue;

import dev.millrace.schemas.avro.AttemptEvent;
import dev.millrace.schemas.avro.Claimed;
import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Heartbeat;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Publisher;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;

/** A reporter, and a broker that takes what it says or keeps silent; built on the producer that Kafka has for tests. */
final class HeardReports implements ProducerFactory<String, Object> {
    private static final Serializer<Object> NO_BYTES = (_, _) -> new byte[0];

    private final List<MockProducer<String, Object>> producers = new CopyOnWriteArrayList<>();
    private volatile boolean silent;

    Reporter reporter(WorkerName worker) {
        var clock = Clock.systemUTC();
        return new Reporter(
                new Publisher(new KafkaTemplate<>(this), "/millrace/worker/w1", clock),
                new Topics("millrace.", 1),
                worker,
                clock,
                Duration.ofSeconds(5));
    }

    void isSilent(boolean silent) {
        this.silent = silent;
    }

    /** KafkaTemplate asks for a producer for each record. */
    @Override
    public Producer<String, Object> createProducer() {
        var producer = new MockProducer<>(!silent, null, new StringSerializer(), NO_BYTES);
        producers.add(producer);
        return producer;
    }

    long claims() {
        return events().stream().filter(Claimed.class::isInstance).count();
    }

    long beats(Predicate<Heartbeat> what) {
        return events().stream()
                .filter(Heartbeat.class::isInstance)
                .map(Heartbeat.class::cast)
                .filter(what)
                .count();
    }

    List<Finished> ends() {
        return events().stream()
                .filter(Finished.class::isInstance)
                .map(Finished.class::cast)
                .toList();
    }

    private List<Object> events() {
        return producers.stream()
                .flatMap(producer -> producer.history().stream())
                .map(record -> ((AttemptEvent) record.value()).getEvent())
                .toList();
    }
}
