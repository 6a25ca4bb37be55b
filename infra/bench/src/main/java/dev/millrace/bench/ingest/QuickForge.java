package dev.millrace.bench.ingest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** A Gitea that answers at once whatever ingest asks: everybody may write, and every issue is open. */
final class QuickForge implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong asked = new AtomicLong();

    QuickForge() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** How often it was asked so far. */
    long asked() {
        return asked.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            asked.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            byte[] body = body(exchange.getRequestURI().getPath()).getBytes(StandardCharsets.UTF_8);
            boolean writes = exchange.getRequestMethod().equals("POST");
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(writes ? 201 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static String body(String path) {
        if (path.endsWith("/user")) {
            return "{\"id\":2,\"login\":\"agent-bot\",\"email\":\"agent-bot@example.com\"}";
        }
        if (path.endsWith("/permission")) {
            return "{\"permission\":\"write\"}";
        }
        if (path.matches(".*/(issues|pulls)/\\d+")) {
            String number = path.substring(path.lastIndexOf('/') + 1);
            return "{\"number\":%s,\"title\":\"Add\",\"body\":\"\",\"state\":\"open\",\"user\":{\"login\":\"alice\"}}"
                    .formatted(number);
        }
        return path.matches(".*/(comments|reactions|timeline|assignees|search|reviews)") ? "[]" : "{}";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
