package dev.millrace.ingest.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Sends to ingest what a Gitea with the recorded deliveries' secret would send, or something wrong. */
final class Gateway {
    static final String SECRET = "s3cret";
    /** What the JDK's client sets itself. */
    private static final Set<String> OWN = Set.of("host", "content-length", "connection");

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final URI base;

    Gateway(int port) {
        base = URI.create("http://127.0.0.1:" + port);
    }

    /** An answer with what the tests look at. */
    record Answer(int status, Map<String, String> headers, String body) {
        boolean isProblem() {
            return "application/problem+json".equals(headers.get("content-type"))
                    && body.length() < 700
                    && body.contains("\"detail\"")
                    && body.contains("\"status\":" + status)
                    && !body.contains("Exception")
                    && !body.contains("\tat ");
        }
    }

    static String signature(byte[] payload) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(payload));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Headers of a JSON delivery as a current Gitea sends them. */
    static Map<String, String> headers(String event, String eventType, byte[] payload) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Content-Type", "application/json");
        headers.put("X-Gitea-Delivery", "1a6310d0-9929-4bd5-aa6d-c7af715545c4");
        headers.put("X-Gitea-Event", event);
        headers.put("X-Gitea-Event-Type", eventType);
        headers.put("X-Gitea-Signature", signature(payload));
        headers.put("X-Hub-Signature-256", "sha256=" + signature(payload));
        return headers;
    }

    Answer deliver(String event, String eventType, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        return deliver(headers(event, eventType, bytes), bytes);
    }

    Answer deliver(Map<String, String> headers, byte[] body) {
        return deliverLater(headers, body).join();
    }

    CompletableFuture<Answer> deliverLater(Map<String, String> headers, byte[] body) {
        return send("/webhooks/gitea", headers, HttpRequest.BodyPublishers.ofByteArray(body));
    }

    /** Without a length, in chunks. */
    Answer deliverChunked(Map<String, String> headers, byte[] body) {
        return send("/webhooks/gitea", headers, chunked(body)).join();
    }

    Answer ask(Map<String, String> headers, String json) {
        return send("/api/tasks", headers, HttpRequest.BodyPublishers.ofString(json))
                .join();
    }

    Answer call(String method, String path, Map<String, String> headers, String body) {
        return send(method, path, headers, HttpRequest.BodyPublishers.ofString(body))
                .join();
    }

    private static HttpRequest.BodyPublisher chunked(byte[] body) {
        return HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
    }

    private CompletableFuture<Answer> send(String path, Map<String, String> headers, HttpRequest.BodyPublisher body) {
        return send("POST", path, headers, body);
    }

    private CompletableFuture<Answer> send(
            String method, String path, Map<String, String> headers, HttpRequest.BodyPublisher body) {
        var request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body);
        headers.forEach((name, value) -> {
            if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                request.header(name, value);
            }
        });
        return CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
                .thenApply(Gateway::answer);
    }

    private static Answer answer(HttpResponse<String> response) {
        var headers = new TreeMap<String, String>();
        response.headers().map().forEach((name, values) -> headers.put(name, String.join(",", values)));
        return new Answer(response.statusCode(), headers, response.body());
    }

    static byte[] file(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
