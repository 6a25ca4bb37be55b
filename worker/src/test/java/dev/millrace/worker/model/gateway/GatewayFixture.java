package dev.millrace.worker.model.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.scripted.Scenario;
import dev.millrace.scripted.ScriptedModel;
import dev.millrace.scripted.Turn;
import dev.millrace.worker.model.upstream.BackPressure;
import dev.millrace.worker.model.upstream.Backoff;
import dev.millrace.worker.model.upstream.ModelKey;
import dev.millrace.worker.model.upstream.Price;
import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.model.upstream.Upstream;
import dev.millrace.worker.model.upstream.Upstreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway before a scripted model, and somebody in a sandbox who asks it. */
abstract class GatewayFixture {
    static final JsonMapper JSON = new JsonMapper();
    static final String KEY = "sk-of-the-house";
    static final Budget UNLIMITED = Budget.UNLIMITED;
    static final Price PRICE =
            new Price(new BigDecimal("0.30"), new BigDecimal("1.20"), new BigDecimal("0.03"), new BigDecimal("0.40"));
    static final GatewayLimits LIMITS =
            new GatewayLimits(1024 * 1024, 16, Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1), 2);

    final StopSwitch stop = new StopSwitch();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() throws Exception {
        http.shutdownNow();
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    ScriptedModel model(Turn... turns) {
        var model = new ScriptedModel(Scenario.of(turns));
        open.add(model);
        return model;
    }

    /** An upstream for all protocols at a scripted model. */
    static Upstream upstream(ScriptedModel model) {
        return upstream("house", model.baseUrl(), Map.of("*", "model-of-the-house"), Duration.ofMillis(20));
    }

    static Upstream upstream(String name, String baseUrl, Map<String, String> models, Duration firstWait) {
        var backoff =
                new Backoff(firstWait, Duration.ofSeconds(30), InstantSource.system(), RandomGenerator.getDefault());
        return new Upstream(
                name,
                baseUrl,
                EnumSet.allOf(Protocol.class),
                new ModelKey.Given(new ModelKey(KEY)),
                "",
                models,
                new BackPressure(backoff));
    }

    static Upstreams upstreams(Upstream... all) {
        return new Upstreams(List.of(all), Map.of("model-of-the-house", PRICE));
    }

    Gateways gateways(Upstreams upstreams, GatewayLimits limits) {
        var gateways = new Gateways(upstreams, limits, stop, InstantSource.system());
        open.add(gateways);
        return gateways;
    }

    /** The usual: one upstream, no budget, a minute of time. */
    Asking asking(ScriptedModel model) {
        return asking(model, UNLIMITED);
    }

    Asking asking(ScriptedModel model, Budget budget) {
        return asking(gateways(upstreams(upstream(model)), LIMITS), new Terms("", new Spending(budget), inAMinute()));
    }

    Asking asking(Gateways gateways, Terms terms) {
        var gateway = gateways.open(terms);
        open.add(gateway);
        var listener = new LoopbackListener();
        gateway.serve(listener);
        return new Asking(gateway, terms.spending(), "http://127.0.0.1:" + listener.port());
    }

    static Instant inAMinute() {
        return Instant.now().plusSeconds(60);
    }

    /** Somebody in the sandbox. */
    final class Asking {
        final Gateway gateway;
        final Spending spending;
        final String url;

        private Asking(Gateway gateway, Spending spending, String url) {
            this.gateway = gateway;
            this.spending = spending;
            this.url = url;
        }

        HttpResponse<String> post(String path, String body, String... headers)
                throws IOException, InterruptedException {
            return http.send(request(path, body, headers), HttpResponse.BodyHandlers.ofString());
        }

        HttpRequest request(String path, String body, String... headers) {
            var request = HttpRequest.newBuilder(URI.create(url + path))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body));
            return headers.length == 0
                    ? request.build()
                    : request.headers(headers).build();
        }

        HttpResponse<String> get(String path) throws IOException, InterruptedException {
            return http.send(
                    HttpRequest.newBuilder(URI.create(url + path)).build(), HttpResponse.BodyHandlers.ofString());
        }

        HttpResponse<String> chat(String content) throws IOException, InterruptedException {
            return post("/v1/chat/completions", chatBody(content, false));
        }

        HttpResponse<String> chatStream(String content) throws IOException, InterruptedException {
            return post("/v1/chat/completions", chatBody(content, true));
        }
    }

    static String chatBody(String content, boolean stream) {
        return "{\"model\": \"m\", \"stream\": %s, \"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}"
                .formatted(stream, content);
    }

    /** What comes back over a bare connection until it ends. */
    static String raw(Asking asking, String request) throws Exception {
        URI address = URI.create(asking.url);
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(20_000);
            var writing = Thread.startVirtualThread(() -> send(socket, request));
            var all = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(all);
            } catch (IOException _) {
                // Reset, since it did not hear us out, or silent: what came before counts.
            }
            writing.join();
            return all.toString(ISO_8859_1);
        }
    }

    private static void send(Socket socket, String request) {
        try {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        } catch (IOException _) {
            // The gateway need not hear us out.
        }
    }

    static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }
}
