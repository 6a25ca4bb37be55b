package dev.millrace.worker.model.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * An endpoint's "no". Providers differ in how they say it, and some say it with status 200.
 *
 * @param status that it stands for, whatever status it came with
 * @param text the provider's words on one line, without secrets
 */
public record ProviderError(int status, String text) {
    /** Longest text of a provider that goes into messages. */
    private static final int SHOWN = 300;

    /** MiniMax's own codes, as the HTTP statuses that they stand for. */
    private static final Map<Long, Integer> BASE_RESP =
            Map.of(1002L, 429, 1004L, 401, 1008L, 402, 1039L, 429, 2013L, 400, 2049L, 401);

    /** How providers say that a conversation is too long; there is no common code for it. */
    private static final List<String> TOO_LONG = List.of(
            "context_length_exceeded",
            "context length exceeded",
            "maximum context length",
            "prompt is too long",
            "input is too long",
            "context window exceeds limit",
            "exceeds the context window",
            "exceeds the model's context",
            "exceeds the available context size",
            "reduce the length of the messages");

    /** What is to be done about it. */
    public enum Kind {
        /** Passes by itself: the endpoint wants nothing from anybody just now. */
        BUSY,
        /** Passes by itself, perhaps. */
        PASSING,
        /** Stays until an operator does something about the key or the account. */
        KEY,
        /** Stays until an operator corrects the address. */
        ADDRESS,
        /** The conversation has outgrown the model. */
        TOO_LONG,
        /** The request will not be taken, however often it is asked. */
        REQUEST
    }

    /**
     * Reads an answer.
     *
     * @param status of the HTTP answer
     * @param json its body; missing if it is none
     * @param body as it came
     * @param scrub takes secrets out of what the provider says
     */
    public static Optional<ProviderError> in(int status, JsonNode json, byte[] body, UnaryOperator<String> scrub) {
        int meant = status / 100 == 2 ? inside(json) : status;
        return meant == 0
                ? Optional.empty()
                : Optional.of(new ProviderError(meant, shown(scrub.apply(said(json, body)))));
    }

    /** What is to be done about it. */
    public Kind kind() {
        String lower = text.toLowerCase(Locale.ROOT);
        if (status == 413 || TOO_LONG.stream().anyMatch(lower::contains)) {
            return Kind.TOO_LONG;
        }
        if (status == 429 || status == 503 || status == 529) {
            return Kind.BUSY;
        }
        if (status == 408 || status == 409 || status >= 500) {
            return Kind.PASSING;
        }
        if (status == 401 || status == 402 || status == 403) {
            return Kind.KEY;
        }
        return status < 400 ? Kind.ADDRESS : Kind.REQUEST;
    }

    /** Status and words. */
    public String message() {
        return "HTTP %d: %s".formatted(status, text);
    }

    /** The status that an error inside a successful answer stands for; 0 for none. */
    private static int inside(JsonNode json) {
        long base = json.path("base_resp").path("status_code").asLong(0);
        if (base != 0) {
            return BASE_RESP.getOrDefault(base, 500);
        }
        for (String path : List.of("/error", "/choices/0/error", "/response/error")) {
            JsonNode error = json.at(path);
            if (!error.isMissingNode() && !error.isNull()) {
                return meant(error);
            }
        }
        // An event of OpenAI's responses says it in its own fields.
        return json.path("type").asString("").equals("error") ? meant(json) : 0;
    }

    private static int meant(JsonNode error) {
        int code = error.path("code").asInt(0);
        if (code >= 400 && code < 600) {
            return code;
        }
        String kind = error.path("code").asString("") + " " + error.path("type").asString("");
        if (kind.contains("api_key") || kind.contains("authentication") || kind.contains("permission")) {
            return 401;
        }
        if (kind.contains("rate_limit")) {
            return 429;
        }
        return kind.contains("overloaded") ? 529 : kind.contains("invalid_request") ? 400 : 500;
    }

    private static String said(JsonNode json, byte[] body) {
        for (String path : List.of(
                "/error/message",
                "/error",
                "/choices/0/error/message",
                "/response/error/message",
                "/base_resp/status_msg",
                "/message",
                "/detail")) {
            JsonNode text = json.at(path);
            if (text.isString() && !text.asString().isBlank()) {
                return text.asString();
            }
        }
        // JSON of another kind may hold parts of the conversation, which must not get into logs.
        return json.isMissingNode() ? new String(body, 0, Math.min(body.length, 4 * SHOWN), UTF_8) : "no reason given";
    }

    private static String shown(String text) {
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    }
}
