package dev.millrace.bench.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The yardstick: checks who signed, has the broker acknowledge the body, answers. */
final class BareServer implements AutoCloseable {
    private static final long PATIENCE = 30;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Producer<String, byte[]> producer;
    private final String topic;

    BareServer(Producer<String, byte[]> producer, String topic) throws IOException {
        this.producer = producer;
        this.topic = topic;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::take);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String signature = exchange.getRequestHeaders().getFirst("X-Gitea-Signature");
            boolean signed = signature != null
                    && MessageDigest.isEqual(
                            signature.getBytes(UTF_8), Delivery.signature(body).getBytes(UTF_8));
            exchange.sendResponseHeaders(signed ? published(body) : 401, -1);
        }
    }

    private int published(byte[] body) {
        try {
            producer.send(new ProducerRecord<>(topic, "alice/demo2", body)).get(PATIENCE, TimeUnit.SECONDS);
            return 202;
        } catch (ExecutionException | TimeoutException failed) {
            return 503;
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return 503;
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
