package dev.millrace.gitea;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** One request and its whole answer, bounded in time and size; follows no redirect and tries nothing again. */
final class Exchange implements AutoCloseable {
    static final int MOST_BYTES = 8 << 20;

    private final HttpClient http;
    private final ForgeToken token;
    private final Duration timeout;
    private final JsonMapper json = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    Exchange(ForgeToken token, Duration timeout) {
        this.token = token;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    Answer get(URI uri) {
        return send("GET", uri, null);
    }

    Answer post(URI uri, Object body) {
        return send("POST", uri, body);
    }

    /** Without a body. */
    Answer post(URI uri) {
        return send("POST", uri, null);
    }

    Answer patch(URI uri, Object body) {
        return send("PATCH", uri, body);
    }

    Answer delete(URI uri) {
        return send("DELETE", uri, null);
    }

    private Answer send(String method, URI uri, @Nullable Object body) {
        BodyPublisher content =
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(json.writeValueAsBytes(body));
        var request = HttpRequest.newBuilder(uri)
                .method(method, content)
                .header("Authorization", token.header())
                .header("Accept", "application/json");
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        String what = method + " " + uri.getRawPath();
        // The client's own timeout ends with the head of the answer; waiting for the future bounds the body, too.
        var answer = http.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
        try {
            var received = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            var date = received.headers().firstValue("Date");
            return new Answer(what, received.statusCode(), date, received.body(), this);
        } catch (TimeoutException late) {
            throw new ForgeUnavailable("%s: no whole answer within %s".formatted(what, timeout), late);
        } catch (ExecutionException failed) {
            throw new ForgeUnavailable("%s: %s".formatted(what, reason(failed.getCause())), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ForgeUnavailable("%s: interrupted".formatted(what), interrupted);
        } finally {
            answer.cancel(true);
        }
    }

    private static String reason(@Nullable Throwable cause) {
        return switch (cause) {
            case IOException io when io.getMessage() == null -> io.getClass().getSimpleName();
            case IOException io -> "" + io.getMessage();
            case null, default -> String.valueOf(cause);
        };
    }

    <T> @Nullable T read(byte[] body, Class<T> type) throws JacksonException {
        return json.readValue(body, type);
    }

    String hidden(String text) {
        return token.hiddenIn(text);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
