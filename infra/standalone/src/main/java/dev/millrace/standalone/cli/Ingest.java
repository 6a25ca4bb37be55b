package dev.millrace.standalone.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The ingest that a command talks to. */
final class Ingest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final JsonMapper JSON = new JsonMapper();

    @Option(
            names = "--url",
            description = "where ingest answers (default: MILLRACE_URL, or http://127.0.0.1:8090, where up does)",
            defaultValue = "${env:MILLRACE_URL:-http://127.0.0.1:8090}")
    private String url = "";

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "the file with the API's token (default: MILLRACE_API_TOKEN_FILE)",
            defaultValue = "${env:MILLRACE_API_TOKEN_FILE}")
    private @Nullable Path token;

    /**
     * What ingest answers.
     *
     * @throws UserError if it refuses, with what it says
     */
    JsonNode call(String method, String path, @Nullable JsonNode body) {
        var publisher = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body));
        try (var http = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create(url.replaceAll("/+$", "") + path))
                            .timeout(LIMIT)
                            .header("Authorization", "Bearer " + token())
                            .header("Content-Type", "application/json")
                            .method(method, publisher)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new UserError(detail(answer));
            }
            return JSON.readTree(answer.body());
        } catch (IllegalArgumentException nonsense) {
            throw new UserError("'%s' is no address of an ingest: %s".formatted(url, nonsense.getMessage()), nonsense);
        } catch (IOException away) {
            throw new UserError(
                    "nothing answers at %s: start Millrace, or name it with --url (%s)".formatted(url, away), away);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while waiting for " + url, stopped);
        }
    }

    private String token() {
        if (token == null) {
            throw new UserError("set MILLRACE_API_TOKEN_FILE to the file with the API's token, or give --token-file");
        }
        try {
            return Files.readString(token, StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            throw new UserError("%s cannot be read: name the file with the API's token".formatted(token), unreadable);
        }
    }

    private static String detail(HttpResponse<String> answer) {
        String detail = "";
        try {
            detail = JSON.readTree(answer.body()).path("detail").asString("");
        } catch (JacksonException noJson) {
            // Then the status alone has to do.
            detail = "";
        }
        return detail.isEmpty() ? "ingest answered " + answer.statusCode() : detail;
    }
}
