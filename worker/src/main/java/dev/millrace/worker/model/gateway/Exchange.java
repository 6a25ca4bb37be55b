package dev.millrace.worker.model.gateway;

import dev.millrace.worker.model.upstream.ModelKey;
import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.model.upstream.ProviderError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One request and as much of its answer as is needed to say whether it is one. Thread-safe. */
final class Exchange {
    private static final JsonMapper JSON = new JsonMapper();
    /** A stream whose first event is longer is passed on unseen. */
    private static final int HEAD = 64 * 1024;

    private final HttpClient http;
    private final GatewayLimits limits;

    Exchange(HttpClient http, GatewayLimits limits) {
        this.http = http;
        this.limits = limits;
    }

    /** What came of it. */
    sealed interface Result {}

    /** An answer, or a stream that has begun with one. */
    record Answered(Outcome outcome) implements Result {}

    /**
     * An error of the provider, before anything was passed on.
     *
     * @param verbatim what to tell the sandbox, if that is how it stays
     */
    record Said(ProviderError error, HttpHeaders headers, Outcome.Whole verbatim) implements Result {}

    /**
     * No answer.
     *
     * @param unreachable whether it would have been the same for anybody
     */
    record Broke(String why, boolean unreachable) implements Result {}

    /** No answer in the time that was left. */
    record OutOfTime() implements Result {}

    /** Sends a request, and waits no longer than {@code left} or what the limits say. */
    Result send(HttpRequest request, ModelKey key, Protocol protocol, boolean streaming, Duration left)
            throws InterruptedException {
        Duration bound = streaming ? limits.silence() : limits.answer();
        Duration wait = shorter(bound, left);
        long end = System.nanoTime() + shorter(limits.answer(), left).toNanos();
        var incoming = new Incoming();
        var answering = http.sendAsync(request, _ -> incoming);
        boolean kept = false;
        try {
            HttpResponse<Incoming> response = answering.get(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS);
            Result result = isStream(response) ? stream(response, key, left) : whole(response, key, protocol, end);
            kept = result instanceof Answered(Outcome outcome) && outcome instanceof Outcome.Stream;
            return result;
        } catch (TimeoutException | Incoming.Stalled _) {
            return left.compareTo(bound) <= 0 ? new OutOfTime() : new Broke("no answer within " + wait, false);
        } catch (ExecutionException failed) {
            return new Broke(name(failed.getCause()), isUnreachable(failed.getCause()));
        } catch (IOException broken) {
            return new Broke(name(broken), false);
        } finally {
            if (!kept) {
                answering.cancel(true);
                incoming.close();
            }
        }
    }

    private Result whole(HttpResponse<Incoming> response, ModelKey key, Protocol protocol, long end)
            throws IOException, InterruptedException {
        var body = new ByteArrayOutputStream();
        byte[] bytes;
        while ((bytes = response.body().next(Duration.ofNanos(end - System.nanoTime()))) != null) {
            body.writeBytes(bytes);
            if (body.size() > limits.maxBody()) {
                return new Broke("an answer of more than %d bytes".formatted(limits.maxBody()), false);
            }
        }
        return judged(response, body.toByteArray(), key, protocol);
    }

    private static Result judged(HttpResponse<Incoming> response, byte[] body, ModelKey key, Protocol protocol) {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JacksonException _) {
            json = JSON.missingNode();
        }
        Optional<ProviderError> error = ProviderError.in(response.statusCode(), json, body, key::removedFrom);
        if (error.isPresent()) {
            return new Said(error.get(), response.headers(), verbatim(error.get(), json, response, body, key));
        }
        if (!json.isObject()) {
            return new Broke("an answer that is no JSON object", false);
        }
        String without = missing(json, protocol);
        if (!without.isEmpty()) {
            return new Broke("an answer without " + without, false);
        }
        return new Answered(new Outcome.Whole(response.statusCode(), response.headers(), body, Meter.usage(json)));
    }

    /** What an answer of the protocol cannot do without, and this one has not; empty for nothing. */
    private static String missing(JsonNode json, Protocol protocol) {
        boolean there = switch (protocol) {
            case CHAT -> json.at("/choices/0/message").isObject();
            case RESPONSES -> json.path("output").isArray();
            case MESSAGES -> json.path("content").isArray();
        };
        return there
                ? ""
                : switch (protocol) {
                    case CHAT -> "choices";
                    case RESPONSES -> "output";
                    case MESSAGES -> "content";
                };
    }

    /** An error as the provider said it, if it did so in its protocol; agents look for its words. */
    private static Outcome.Whole verbatim(
            ProviderError error, JsonNode json, HttpResponse<Incoming> response, byte[] body, ModelKey key) {
        // Some say with 500 that a conversation is too long, which agents would only try again.
        int status = error.kind() == ProviderError.Kind.TOO_LONG && error.status() >= 500 ? 400 : error.status();
        String text = new String(body, StandardCharsets.UTF_8);
        if (!json.path("error").isObject()) {
            var own = JSON.createObjectNode().put("type", "error");
            own.putObject("error").put("type", "invalid_request_error").put("message", error.text());
            text = own.toString();
        }
        return new Outcome.Whole(
                status, response.headers(), key.removedFrom(text).getBytes(StandardCharsets.UTF_8), null);
    }

    private Result stream(HttpResponse<Incoming> response, ModelKey key, Duration left)
            throws IOException, InterruptedException {
        var meter = new Meter(key::removedFrom);
        var head = new ByteArrayOutputStream();
        while (meter.events() == 0 && head.size() < HEAD) {
            byte[] bytes = response.body().next(shorter(limits.silence(), left));
            if (bytes == null) {
                return new Broke("a stream without events", false);
            }
            head.writeBytes(bytes);
            meter.feed(bytes);
        }
        ProviderError error = meter.error();
        if (error != null) {
            byte[] none = new byte[0];
            return new Said(error, response.headers(), verbatim(error, JSON.missingNode(), response, none, key));
        }
        return new Answered(new Outcome.Stream(
                response.statusCode(), response.headers(), head.toByteArray(), response.body(), meter));
    }

    private static boolean isStream(HttpResponse<Incoming> response) {
        return response.statusCode() / 100 == 2
                && response.headers()
                        .firstValue("content-type")
                        .orElse("")
                        .toLowerCase(Locale.ROOT)
                        .startsWith("text/event-stream");
    }

    private static boolean isUnreachable(@Nullable Throwable cause) {
        return cause instanceof ConnectException
                || cause instanceof HttpConnectTimeoutException
                || cause instanceof UnknownHostException;
    }

    private static String name(@Nullable Throwable cause) {
        // Messages of exceptions may hold anything; what kind it is, is enough.
        return cause == null ? "a failure without a name" : cause.getClass().getSimpleName();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
