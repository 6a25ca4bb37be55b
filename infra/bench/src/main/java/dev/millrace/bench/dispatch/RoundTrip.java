package dev.millrace.bench.dispatch;

import dev.millrace.bench.fleet.Fleet;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The yardstick: a record that is produced, and consumed at the other end, with the same clients. */
final class RoundTrip implements AutoCloseable {
    private static final String TOPIC = "bench.round-trip";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final KafkaProducer<String, String> producer;
    private final Heard heard;
    private int sent;

    RoundTrip(Fleet fleet) throws InterruptedException, ExecutionException, TimeoutException {
        try (var admin = Admin.create(fleet.clients().common())) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1)))
                    .all()
                    .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        }
        producer = new KafkaProducer<>(fleet.clients().producer(), new StringSerializer(), new StringSerializer());
        heard = Heard.on(TOPIC, fleet.clients().consumer(), new StringDeserializer(), name -> name);
    }

    /** One alone, in nanoseconds. */
    long once() throws InterruptedException, TimeoutException {
        String name = next();
        long start = System.nanoTime();
        send(name);
        return heard.await(name, LIMIT) - start;
    }

    /** So many at once, in nanoseconds from the first sent to the last heard. */
    long many(int count) throws InterruptedException, TimeoutException {
        heard.clear();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            send(next());
        }
        heard.awaitCount(count, LIMIT);
        return System.nanoTime() - start;
    }

    private String next() {
        sent++;
        return "record-%09d".formatted(sent);
    }

    private void send(String name) {
        var _ = producer.send(new ProducerRecord<>(TOPIC, name, name));
    }

    @Override
    public void close() {
        heard.close();
        producer.close(Duration.ofSeconds(5));
    }
}
