package dev.millrace.ingest.web;

import dev.millrace.schemas.avro.TaskRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.kafka.core.ProducerFactory;

/** A broker that takes, refuses or keeps silent; built on the producer that Kafka has for tests. */
final class FakeBroker implements ProducerFactory<String, Object> {
    enum Mood {
        TAKES,
        REFUSES,
        IS_SILENT
    }

    private static final Serializer<Object> NO_BYTES = (_, _) -> new byte[0];

    private final List<MockProducer<String, Object>> producers = new CopyOnWriteArrayList<>();
    private volatile Mood mood = Mood.TAKES;

    void is(Mood mood) {
        this.mood = mood;
    }

    void calm() {
        producers.clear();
        mood = Mood.TAKES;
    }

    @Override
    public Producer<String, Object> createProducer() {
        var producer = new MockProducer<>(mood != Mood.IS_SILENT, null, new StringSerializer(), NO_BYTES);
        if (mood == Mood.REFUSES) {
            producer.sendException = new TimeoutException("no broker");
        }
        producers.add(producer);
        return producer;
    }

    /** What was sent, acknowledged or not. */
    List<ProducerRecord<String, Object>> sent() {
        return producers.stream()
                .flatMap(producer -> producer.history().stream())
                .toList();
    }

    void acknowledge() {
        producers.forEach(MockProducer::completeNext);
    }

    TaskRequest onlyTask() {
        if (sent().size() != 1) {
            throw new AssertionError("not one record but " + sent());
        }
        return (TaskRequest) sent().getFirst().value();
    }

    static String header(ProducerRecord<String, Object> sent, String name) {
        return new String(sent.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
