package dev.millrace.worker.model;

import dev.millrace.worker.model.upstream.ProviderError;
import dev.millrace.worker.model.upstream.Tokens;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What an answer over HTTP means to the built-in agent. */
sealed interface ProviderAnswer {
    /** Nothing to try again. */
    record Settled(ModelReply reply) implements ProviderAnswer {}

    /** Passes by itself, perhaps. */
    record Passing(String why) implements ProviderAnswer {}

    /** Stays until an operator does something. */
    record Lasting(String why) implements ProviderAnswer {}

    /** Reads an answer; {@code scrub} takes secrets out of what the provider says. */
    static ProviderAnswer read(JsonMapper mapper, int status, byte[] body, UnaryOperator<String> scrub) {
        JsonNode json;
        try {
            json = mapper.readTree(body);
        } catch (JacksonException _) {
            json = mapper.missingNode();
        }
        var error = ProviderError.in(status, json, body, scrub);
        return error.isPresent() ? failure(error.get()) : success(json);
    }

    private static ProviderAnswer success(JsonNode json) {
        JsonNode choice = json.path("choices").path(0);
        if (!(choice.path("message") instanceof ObjectNode message)) {
            return new Passing("an answer without choices");
        }
        String finish = choice.path("finish_reason").asString("");
        boolean cut = finish.equals("length") || finish.equals("max_tokens");
        return new Settled(new ModelReply.Answered(message, cut, ModelUsage.of(Tokens.read(json.path("usage")))));
    }

    private static ProviderAnswer failure(ProviderError error) {
        String why = error.message();
        return switch (error.kind()) {
            case TOO_LONG -> new Settled(new ModelReply.TooLong(why));
            case BUSY, PASSING -> new Passing(why);
            case KEY -> new Lasting("refuses the key; check LLM_API_KEY and the account behind it: " + why);
            case ADDRESS ->
                new Lasting("redirects, which is not followed with a key at hand; correct LLM_BASE_URL: " + why);
            case REQUEST -> new Settled(new ModelReply.Refused(error.status(), why));
        };
    }
}
