package dev.millrace.scripted;

import dev.millrace.scripted.Dialect.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's chat completions. */
final class ChatWords implements Dialect.Words {
    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public JsonNode whole(Reply reply, Ask ask) {
        var whole = frame(ask, "chat.completion");
        var choice = whole.putArray("choices").addObject().put("index", 0);
        var message = choice.putObject("message").put("role", "assistant");
        message.put("content", reply.text().isEmpty() ? null : reply.text());
        if (!reply.calls().isEmpty()) {
            var calls = message.putArray("tool_calls");
            for (Reply.ToolCall call : reply.calls()) {
                call(calls.addObject(), calls.size() - 1, call.name(), call.arguments());
            }
        }
        choice.put("finish_reason", finish(reply));
        usage(whole, reply.counts());
        return whole;
    }

    @Override
    public List<Event> events(Reply reply, Ask ask) {
        var events = new ArrayList<Event>();
        events.add(chunk(ask, JSON.createObjectNode().put("role", "assistant").put("content", ""), null));
        for (String piece : reply.pieces()) {
            events.add(chunk(ask, JSON.createObjectNode().put("content", piece), null));
        }
        for (int index = 0; index < reply.calls().size(); index++) {
            Reply.ToolCall call = reply.calls().get(index);
            int half = call.arguments().length() / 2;
            var first = JSON.createObjectNode();
            call(
                    first.putArray("tool_calls").addObject().put("index", index),
                    index,
                    call.name(),
                    call.arguments().substring(0, half));
            events.add(chunk(ask, first, null));
            var second = JSON.createObjectNode();
            second.putArray("tool_calls")
                    .addObject()
                    .put("index", index)
                    .putObject("function")
                    .put("arguments", call.arguments().substring(half));
            events.add(chunk(ask, second, null));
        }
        events.add(chunk(ask, JSON.createObjectNode(), finish(reply)));
        if (ask.body().path("stream_options").path("include_usage").asBoolean(false)
                && reply.counts().told()) {
            var last = frame(ask, "chat.completion.chunk");
            last.putArray("choices");
            usage(last, reply.counts());
            events.add(new Event("", last));
        }
        events.add(new Event("", "[DONE]"));
        return events;
    }

    @Override
    public JsonNode error(int status, String message) {
        var error = JSON.createObjectNode();
        error.putObject("error")
                .put("message", message)
                .put(
                        "type",
                        status == 429 ? "rate_limit_exceeded" : status < 500 ? "invalid_request_error" : "server_error")
                .putNull("param")
                .putNull("code");
        return error;
    }

    @Override
    public Event errorEvent(String message) {
        return new Event("", error(500, message));
    }

    private static ObjectNode frame(Ask ask, String object) {
        return JSON.createObjectNode()
                .put("id", "chatcmpl-scripted")
                .put("object", object)
                .put("created", 1)
                .put("model", ask.model());
    }

    private static Event chunk(Ask ask, ObjectNode delta, @Nullable String finish) {
        var chunk = frame(ask, "chat.completion.chunk");
        var choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.put("finish_reason", finish);
        return new Event("", chunk);
    }

    private static void call(ObjectNode into, int index, String name, String arguments) {
        into.put("id", "call_" + (index + 1)).put("type", "function");
        into.putObject("function").put("name", name).put("arguments", arguments);
    }

    private static String finish(Reply reply) {
        return reply.calls().isEmpty() ? "stop" : "tool_calls";
    }

    private static void usage(ObjectNode into, Counts counts) {
        if (counts.told()) {
            into.putObject("usage")
                    .put("prompt_tokens", counts.in())
                    .put("completion_tokens", counts.out())
                    .put("total_tokens", counts.in() + counts.out())
                    .putObject("prompt_tokens_details")
                    .put("cached_tokens", counts.cached());
        }
    }
}
