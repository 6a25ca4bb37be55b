package dev.millrace.bench.sandbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.schemas.wire.KafkaClients;
import dev.millrace.worker.sandbox.docker.DockerSandboxes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The least that leads from a webhook to a command in a sandbox: HTTP, one topic, the same container. Nobody is asked,
 * nothing is decided, kept or reported.
 */
final class Floor implements AutoCloseable {
    private static final String TOPIC = "bench-floor";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final DockerSandboxes sandboxes;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final HttpServer server;
    private final HttpClient http = HttpClient.newHttpClient();
    private final SynchronousQueue<Long> done = new SynchronousQueue<>();
    private final Thread worker = Thread.ofPlatform().name("floor").daemon().unstarted(this::work);

    /** @param sandboxes closed with this */
    Floor(KafkaClients clients, DockerSandboxes sandboxes) throws IOException, InterruptedException {
        this.sandboxes = sandboxes;
        createTopic(clients);
        producer = new KafkaProducer<>(clients.producer(), new ByteArraySerializer(), new ByteArraySerializer());
        consumer = new KafkaConsumer<>(clients.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var partition = List.of(new TopicPartition(TOPIC, 0));
        consumer.assign(partition);
        consumer.seekToEnd(partition);
        partition.forEach(consumer::position);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
        worker.start();
    }

    private static void createTopic(KafkaClients clients) throws IOException, InterruptedException {
        try (var admin = Admin.create(clients.common())) {
            if (!admin.listTopics().names().get().contains(TOPIC)) {
                admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1)))
                        .all()
                        .get();
            }
        } catch (ExecutionException failed) {
            throw new IOException("the topic for the floor cannot be made", failed);
        }
    }

    /** Posts a delivery; nanoseconds until its command was over. */
    long deliver(byte[] body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
                .timeout(LIMIT)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        long start = System.nanoTime();
        http.send(request, HttpResponse.BodyHandlers.discarding());
        Long end = done.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        if (end == null) {
            throw new IOException("the floor ran no command within " + LIMIT);
        }
        return end - start;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            producer.send(new ProducerRecord<>(TOPIC, body)).get();
            exchange.sendResponseHeaders(202, -1);
        } catch (ExecutionException failed) {
            throw new IOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try (consumer) {
            while (true) {
                for (var _ : consumer.poll(Duration.ofSeconds(1))) {
                    try (var sandbox = sandboxes.open("", Map.of())) {
                        Bench.run(sandbox, "true");
                        done.offer(System.nanoTime(), LIMIT.toSeconds(), TimeUnit.SECONDS);
                    }
                }
            }
        } catch (IOException | WakeupException | InterruptedException over) {
            // Whoever waits for a command that did not come says so.
        }
    }

    @Override
    public void close() {
        server.stop(0);
        http.close();
        producer.close();
        consumer.wakeup();
        try {
            worker.join(LIMIT);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        sandboxes.close();
    }
}
