package dev.millrace.worker.model;

import dev.millrace.worker.model.ProviderAnswer.Lasting;
import dev.millrace.worker.model.ProviderAnswer.Passing;
import dev.millrace.worker.model.ProviderAnswer.Settled;
import dev.millrace.worker.model.upstream.Backoff;
import dev.millrace.worker.model.upstream.ModelKey;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * Asks a model by OpenAI's chat completions, one whole answer at a time, and waits out what passes by itself. Neither
 * prompts nor keys are logged. Thread-safe.
 */
public final class ModelClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelClient.class);
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final HttpHeaders NO_HEADERS = HttpHeaders.of(Map.of(), (_, _) -> true);

    private final ModelProperties properties;
    private final InstantSource clock;
    private final ModelKey.Source keys;
    private final Backoff backoff;
    private final JsonMapper mapper;
    private final HttpClient http;

    /** @throws IllegalArgumentException if the key cannot be read or sent */
    public ModelClient(ModelProperties properties, InstantSource clock) {
        this.properties = properties;
        this.clock = clock;
        this.keys = properties.keySource();
        keys.read();
        this.backoff =
                new Backoff(properties.retryDelay(), properties.maxRetryDelay(), clock, RandomGenerator.getDefault());
        // Numbers go back to the provider as they came.
        this.mapper = JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
        // HTTP/1.1, since some model servers stumble over the upgrade to HTTP/2 on plain connections.
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .build();
    }

    /**
     * Asks for the next message of a conversation.
     *
     * @param model by its name at the provider; empty for the configured one
     * @param messages the conversation so far, sent as it is
     * @param tools that the model may call
     * @param limit the longest to wait for all tries together
     * @throws ModelUnavailable if no endpoint is configured, it cannot be reached, or it refuses the key
     * @throws InterruptedException if the calling thread is interrupted; the request is then given up
     */
    public ModelReply ask(String model, ArrayNode messages, ArrayNode tools, Duration limit)
            throws InterruptedException {
        ModelKey key = key();
        HttpRequest request = request(body(model, messages, tools), key);
        long size = request.bodyPublisher().orElseThrow().contentLength();
        if (size > properties.maxBody().toBytes()) {
            return new ModelReply.TooLong(
                    "the conversation has grown to %d bytes, above millrace.worker.model.max-body".formatted(size));
        }
        Instant deadline = clock.instant().plus(limit);
        for (int failures = 1; ; failures++) {
            Duration left = Duration.between(clock.instant(), deadline);
            if (!left.isPositive()) {
                return new ModelReply.OutOfTime();
            }
            Exchange exchange = exchange(request, left, key);
            switch (exchange.answer()) {
                case Settled(ModelReply reply) -> {
                    return reply;
                }
                case Lasting(String why) -> throw unavailable(why);
                case Passing(String why) -> {
                    Duration wait = backoff.after(failures, exchange.headers());
                    if (failures > properties.retries()) {
                        throw unavailable("gave no usable answer in %d tries, at last: %s".formatted(failures, why));
                    }
                    if (clock.instant().plus(wait).isAfter(deadline)) {
                        throw unavailable("gave no usable answer in the time that was left, at last: " + why);
                    }
                    LOG.info(
                            "Model endpoint {}: {}; trying again in {} ms ({} of {})",
                            properties.baseUrl(),
                            why,
                            wait.toMillis(),
                            failures,
                            properties.retries());
                    Thread.sleep(wait);
                }
            }
        }
    }

    /** Gives up requests under way. */
    @Override
    public void close() {
        http.shutdownNow();
    }

    private record Exchange(ProviderAnswer answer, HttpHeaders headers) {}

    private Exchange exchange(HttpRequest request, Duration left, ModelKey key) throws InterruptedException {
        boolean last = left.compareTo(properties.timeout()) <= 0;
        Duration wait = last ? left : properties.timeout();
        var answering = http.sendAsync(
                request,
                BodyHandlers.limiting(
                        BodyHandlers.ofByteArray(), properties.maxBody().toBytes()));
        try {
            // The request's own timeout would end with the headers; this one covers the body too.
            HttpResponse<byte[]> response = answering.get(wait.toMillis(), TimeUnit.MILLISECONDS);
            return new Exchange(
                    ProviderAnswer.read(mapper, response.statusCode(), response.body(), key::removedFrom),
                    response.headers());
        } catch (TimeoutException _) {
            return new Exchange(
                    last ? new Settled(new ModelReply.OutOfTime()) : new Passing("no answer within " + wait),
                    NO_HEADERS);
        } catch (ExecutionException failed) {
            return new Exchange(new Passing(String.valueOf(failed.getCause())), NO_HEADERS);
        } finally {
            answering.cancel(true);
        }
    }

    private byte[] body(String model, ArrayNode messages, ArrayNode tools) {
        String name = model.isEmpty() ? properties.name() : model;
        if (properties.baseUrl().isEmpty() || name.isEmpty()) {
            throw new ModelUnavailable("No model is configured for this worker: set LLM_BASE_URL (such as"
                    + " https://api.openai.com/v1), LLM_MODEL and, where the endpoint wants one, LLM_API_KEY");
        }
        var body = mapper.createObjectNode().put("model", name);
        body.set("messages", messages);
        body.set("tools", tools);
        // By way of a string: half a character in what a command printed must not make the request impossible.
        return mapper.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
    }

    private HttpRequest request(byte[] body, ModelKey key) {
        var request = HttpRequest.newBuilder(properties.chatCompletions())
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (key.isGiven()) {
            request.header("Authorization", "Bearer " + key.value());
        }
        return request.build();
    }

    private ModelKey key() {
        try {
            return keys.read();
        } catch (IllegalArgumentException unusable) {
            throw unavailable("cannot be asked: " + unusable.getMessage());
        }
    }

    private ModelUnavailable unavailable(String why) {
        return new ModelUnavailable("The model endpoint %s %s".formatted(properties.baseUrl(), why));
    }
}
