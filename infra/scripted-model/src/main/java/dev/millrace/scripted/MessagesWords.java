package dev.millrace.scripted;

import dev.millrace.scripted.Dialect.Event;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic's messages. */
final class MessagesWords implements Dialect.Words {
    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public JsonNode whole(Reply reply, Ask ask) {
        var whole = frame(ask);
        var content = whole.putArray("content");
        if (!reply.text().isEmpty()) {
            content.addObject().put("type", "text").put("text", reply.text());
        }
        for (Reply.ToolCall call : reply.calls()) {
            tool(content.addObject(), content.size(), call).set("input", input(call.arguments()));
        }
        whole.put("stop_reason", stop(reply)).putNull("stop_sequence");
        if (reply.counts().told()) {
            whole.set("usage", usage(reply.counts()));
        }
        return whole;
    }

    @Override
    public List<Event> events(Reply reply, Ask ask) {
        var events = new ArrayList<Event>();
        var start = frame(ask);
        start.putArray("content");
        start.putNull("stop_reason").putNull("stop_sequence");
        if (reply.counts().told()) {
            start.set(
                    "usage",
                    usage(new Counts(reply.counts().in(), 1, reply.counts().cached(), true)));
        }
        var started = type("message_start");
        started.set("message", start);
        events.add(event(started));
        events.add(event(type("ping")));
        int index = 0;
        if (!reply.text().isEmpty()) {
            events.add(block(index, JSON.createObjectNode().put("type", "text").put("text", "")));
            for (String piece : reply.pieces()) {
                events.add(delta(
                        index, JSON.createObjectNode().put("type", "text_delta").put("text", piece)));
            }
            events.add(event(type("content_block_stop").put("index", index++)));
        }
        for (Reply.ToolCall call : reply.calls()) {
            var block = tool(JSON.createObjectNode(), index + 1, call);
            block.putObject("input");
            events.add(block(index, block));
            events.add(delta(
                    index,
                    JSON.createObjectNode().put("type", "input_json_delta").put("partial_json", call.arguments())));
            events.add(event(type("content_block_stop").put("index", index++)));
        }
        var end = type("message_delta");
        end.putObject("delta").put("stop_reason", stop(reply)).putNull("stop_sequence");
        if (reply.counts().told()) {
            end.putObject("usage").put("output_tokens", reply.counts().out());
        }
        events.add(event(end));
        events.add(event(type("message_stop")));
        return events;
    }

    @Override
    public JsonNode error(int status, String message) {
        var error = type("error");
        error.putObject("error")
                .put(
                        "type",
                        status == 429
                                ? "rate_limit_error"
                                : status == 529
                                        ? "overloaded_error"
                                        : status < 500 ? "invalid_request_error" : "api_error")
                .put("message", message);
        return error;
    }

    @Override
    public Event errorEvent(String message) {
        return new Event("error", error(529, message));
    }

    private static ObjectNode frame(Ask ask) {
        return JSON.createObjectNode()
                .put("id", "msg_scripted")
                .put("type", "message")
                .put("role", "assistant")
                .put("model", ask.model());
    }

    private static ObjectNode tool(ObjectNode into, int number, Reply.ToolCall call) {
        return into.put("type", "tool_use").put("id", "toolu_" + number).put("name", call.name());
    }

    /** This protocol cannot say invalid JSON unless in a stream: it becomes a text in an object. */
    private static JsonNode input(String arguments) {
        try {
            JsonNode input = JSON.readTree(arguments);
            return input.isObject() ? input : JSON.createObjectNode().put("raw", arguments);
        } catch (JacksonException _) {
            return JSON.createObjectNode().put("raw", arguments);
        }
    }

    private static ObjectNode usage(Counts counts) {
        return JSON.createObjectNode()
                .put("input_tokens", counts.in() - counts.cached())
                .put("cache_read_input_tokens", counts.cached())
                .put("cache_creation_input_tokens", 0)
                .put("output_tokens", counts.out());
    }

    private static String stop(Reply reply) {
        return reply.calls().isEmpty() ? "end_turn" : "tool_use";
    }

    private static Event block(int index, ObjectNode block) {
        var start = type("content_block_start").put("index", index);
        start.set("content_block", block);
        return event(start);
    }

    private static Event delta(int index, ObjectNode delta) {
        var event = type("content_block_delta").put("index", index);
        event.set("delta", delta);
        return event(event);
    }

    private static ObjectNode type(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    private static Event event(ObjectNode data) {
        return new Event(data.path("type").asString(), data);
    }
}
