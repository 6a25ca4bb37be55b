package dev.millrace.worker.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What an answer over HTTP means. Providers differ, and some send errors with status 200. */
sealed interface ProviderAnswer {
    /** Nothing to try again. */
    record Settled(ModelReply reply) implements ProviderAnswer {}

    /** Passes by itself, perhaps. */
    record Passing(String why) implements ProviderAnswer {}

    /** Stays until an operator does something. */
    record Lasting(String why) implements ProviderAnswer {}

    /** Longest text of a provider that goes into messages. */
    int SHOWN = 300;

    /** MiniMax's own codes, as the HTTP statuses that they stand for. */
    Map<Long, Integer> BASE_RESP = Map.of(1002L, 429, 1004L, 401, 1008L, 402, 1039L, 429, 2013L, 400, 2049L, 401);

    /** How providers say that a conversation is too long; there is no common code for it. */
    List<String> TOO_LONG = List.of(
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

    /** Reads an answer; {@code scrub} takes secrets out of what the provider says. */
    static ProviderAnswer read(JsonMapper mapper, int status, byte[] body, UnaryOperator<String> scrub) {
        JsonNode json;
        try {
            json = mapper.readTree(body);
        } catch (JacksonException _) {
            json = mapper.missingNode();
        }
        int meant = status / 100 == 2 ? errorInside(json) : status;
        if (meant == 0) {
            return success(json);
        }
        String why = "HTTP %d: %s".formatted(meant, shown(scrub.apply(said(json, body))));
        return failure(meant, why);
    }

    private static ProviderAnswer success(JsonNode json) {
        JsonNode choice = json.path("choices").path(0);
        if (!(choice.path("message") instanceof ObjectNode message)) {
            return new Passing("an answer without choices");
        }
        String finish = choice.path("finish_reason").asString("");
        boolean cut = finish.equals("length") || finish.equals("max_tokens");
        return new Settled(new ModelReply.Answered(message, cut, usage(json.path("usage"))));
    }

    private static ProviderAnswer failure(int status, String why) {
        String text = why.toLowerCase(Locale.ROOT);
        if (status == 413 || TOO_LONG.stream().anyMatch(text::contains)) {
            return new Settled(new ModelReply.TooLong(why));
        }
        if (status == 408 || status == 409 || status == 429 || status >= 500) {
            return new Passing(why);
        }
        if (status == 401 || status == 402 || status == 403) {
            return new Lasting("refuses the key; check LLM_API_KEY and the account behind it: " + why);
        }
        if (status < 400) {
            return new Lasting("redirects, which is not followed with a key at hand; correct LLM_BASE_URL: " + why);
        }
        return new Settled(new ModelReply.Refused(status, why));
    }

    /** The status that an error inside a successful answer stands for; 0 for none. */
    private static int errorInside(JsonNode json) {
        long base = json.path("base_resp").path("status_code").asLong(0);
        if (base != 0) {
            return BASE_RESP.getOrDefault(base, 500);
        }
        JsonNode error = json.path("error");
        if (error.isMissingNode() || error.isNull()) {
            error = json.path("choices").path(0).path("error");
        }
        if (error.isMissingNode() || error.isNull()) {
            return 0;
        }
        int code = error.path("code").asInt(0);
        if (code >= 400 && code < 600) {
            return code;
        }
        String kind = error.path("code").asString("") + " " + error.path("type").asString("");
        if (kind.contains("api_key") || kind.contains("authentication") || kind.contains("permission")) {
            return 401;
        }
        return kind.contains("rate_limit") ? 429 : kind.contains("invalid_request") ? 400 : 500;
    }

    private static String said(JsonNode json, byte[] body) {
        for (String path : List.of(
                "/error/message",
                "/error",
                "/choices/0/error/message",
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

    private static ModelUsage usage(JsonNode usage) {
        long cached = usage.path("prompt_tokens_details").path("cached_tokens").asLong(0);
        if (cached == 0) {
            cached = usage.path("prompt_cache_hit_tokens").asLong(0);
        }
        return new ModelUsage(
                1,
                Math.max(0, usage.path("prompt_tokens").asLong(0)),
                Math.max(0, usage.path("completion_tokens").asLong(0)),
                Math.max(0, cached));
    }
}
