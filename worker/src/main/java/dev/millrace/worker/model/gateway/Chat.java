package dev.millrace.worker.model.gateway;

import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.model.upstream.ProviderError;
import dev.millrace.worker.model.upstream.Tokens;
import dev.millrace.worker.model.upstream.Upstreams;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The way of one attempt to its model from within the worker, by chat completions, one whole answer at a time: what a
 * {@link Gateway} is for a sandbox. Neither prompts nor keys are logged. For one thread.
 */
public final class Chat {
    /** Numbers go back to the provider as they came. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final ModelCalls calls;
    private final int maxBody;

    Chat(Gateways.Shared shared, Terms terms) {
        calls = new ModelCalls(shared, terms);
        maxBody = shared.limits().maxBody();
    }

    /** What came of asking. */
    public sealed interface Reply {}

    /**
     * The model answered.
     *
     * @param message the assistant's message exactly as the provider sent it, to be sent back so; the caller's to keep
     * @param cut whether the provider's output limit cut the answer short; tool calls in it are then not to be run
     * @param used as its provider counts; zeros where it does not say
     */
    public record Answered(ObjectNode message, boolean cut, Tokens used) implements Reply {}

    /** The provider will not take this request, however often it is asked. */
    public record Refused(int status, String why) implements Reply {}

    /** The conversation has outgrown the model's context window, or what is sent at most. */
    public record TooLong(String why) implements Reply {}

    /** There is no answer, and none to be had for now. */
    public record Hindered(Hindrance why) implements Reply {}

    /**
     * Asks for the next message of a conversation.
     *
     * @param messages the conversation so far, sent as it is
     * @param tools that the model may call
     * @throws InterruptedException if the calling thread is interrupted; the request is then given up
     */
    public Reply ask(ArrayNode messages, ArrayNode tools) throws InterruptedException {
        byte[] body = body(messages, tools);
        if (body.length > maxBody) {
            return new TooLong("it has grown to %d bytes, above millrace.worker.model.max-body".formatted(body.length));
        }
        var question = new ModelCalls.Question(
                Protocol.CHAT,
                Asked.read(body, Protocol.CHAT),
                "",
                onward -> onward.setHeader("Accept", "application/json"));
        return switch (onItsOwn(question)) {
            case Outcome.Whole whole -> read(whole);
            case ModelCalls.Streamed streamed -> {
                streamed.onward().close();
                yield new Hindered(new Hindrance.Unavailable(
                        "The model's endpoint answers in a stream, though none was asked for"));
            }
            case ModelCalls.Refused(Refusal refusal, Hindrance why) ->
                why == null ? new Refused(404, refusal.message()) : new Hindered(why);
        };
    }

    /** On a thread of its own, since the switch that stops all models interrupts whoever asks one. */
    private ModelCalls.Answer onItsOwn(ModelCalls.Question question) throws InterruptedException {
        var call = new FutureTask<>(() -> asked(question));
        Thread thread = Thread.ofVirtual().name("model-call").start(call);
        try {
            return call.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("asking a model failed by a fault of ours", failed.getCause());
        } catch (InterruptedException stopped) {
            thread.interrupt();
            thread.join(LAST_WORDS);
            throw stopped;
        }
    }

    private ModelCalls.Answer asked(ModelCalls.Question question) throws InterruptedException {
        try (var _ = calls.enter()) {
            return calls.ask(question);
        } catch (InterruptedException interrupted) {
            var stopped = calls.stopped();
            if (stopped.isEmpty()) {
                throw interrupted;
            }
            return stopped.get();
        }
    }

    private static byte[] body(ArrayNode messages, ArrayNode tools) {
        var body = JSON.createObjectNode().put("model", Upstreams.DEFAULT);
        body.set("messages", messages);
        body.set("tools", tools);
        // By way of a string: half a character in what a command printed must not make the request impossible.
        return JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
    }

    private static Reply read(Outcome.Whole whole) {
        JsonNode json = json(whole.body());
        var error = ProviderError.in(whole.status(), json, whole.body(), UnaryOperator.identity());
        if (error.isPresent()) {
            return error.get().kind() == ProviderError.Kind.TOO_LONG
                    ? new TooLong(error.get().message())
                    : new Refused(error.get().status(), error.get().message());
        }
        JsonNode choice = json.path("choices").path(0);
        if (!(choice.path("message") instanceof ObjectNode message)) {
            throw new IllegalStateException("an answer without a message is none, and was not to come here");
        }
        String finish = choice.path("finish_reason").asString("");
        boolean cut = finish.equals("length") || finish.equals("max_tokens");
        return new Answered(message, cut, Meter.usage(json));
    }

    private static JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException _) {
            return JSON.missingNode();
        }
    }
}
