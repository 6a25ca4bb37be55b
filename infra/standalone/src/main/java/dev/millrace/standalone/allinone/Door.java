package dev.millrace.standalone.allinone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/** Ingest's HTTP interface from outside, as Gitea and other programs use it. */
public final class Door implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** What the HTTP client sets by itself. */
    private static final Set<String> OWN = Set.of("host", "content-length", "accept-encoding", "connection");

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(LIMIT).build();
    private final JsonMapper json = new JsonMapper();
    private final URI base;

    public Door(int port) {
        this.base = URI.create("http://127.0.0.1:" + port);
    }

    /**
     * Posts a delivery, its bytes and headers unchanged.
     *
     * @return the task that it became
     */
    public String deliver(Map<String, String> headers, byte[] body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(base.resolve("/webhooks/gitea"))
                .timeout(LIMIT)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach((name, value) -> {
            if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                request.header(name, value);
            }
        });
        return taskOf(request.build());
    }

    /** Asks for a task through the API. */
    public String ask(String token, Map<String, Object> task) throws IOException, InterruptedException {
        return taskOf(HttpRequest.newBuilder(base.resolve("/api/tasks"))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(task)))
                .build());
    }

    @Override
    public void close() {
        http.close();
    }

    private String taskOf(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 202) {
            throw new IOException("ingest answered %d: %s"
                    .formatted(answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8)));
        }
        return json.readTree(answer.body()).path("taskId").asString();
    }
}
