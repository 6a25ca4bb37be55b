package dev.millrace.scripted;

import dev.millrace.scripted.Dialect.Event;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's responses. */
final class ResponsesWords implements Dialect.Words {
    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public JsonNode whole(Reply reply, Ask ask) {
        var whole = frame(ask, "completed");
        var output = whole.putArray("output");
        for (ObjectNode item : items(reply)) {
            output.add(item);
        }
        if (reply.counts().told()) {
            var usage = whole.putObject("usage")
                    .put("input_tokens", reply.counts().in())
                    .put("output_tokens", reply.counts().out())
                    .put("total_tokens", reply.counts().in() + reply.counts().out());
            usage.putObject("input_tokens_details")
                    .put("cached_tokens", reply.counts().cached());
            usage.putObject("output_tokens_details").put("reasoning_tokens", 0);
        }
        return whole;
    }

    @Override
    public List<Event> events(Reply reply, Ask ask) {
        var events = new ArrayList<ObjectNode>();
        var begun = frame(ask, "in_progress");
        begun.putArray("output");
        begun.putNull("usage");
        events.add(response("response.created", begun));
        List<ObjectNode> items = items(reply);
        for (int index = 0; index < items.size(); index++) {
            ObjectNode item = items.get(index);
            events.add(item("response.output_item.added", index, item));
            String id = item.path("id").asString();
            if (item.path("type").asString().equals("message")) {
                for (String piece : reply.pieces()) {
                    events.add(type("response.output_text.delta")
                            .put("item_id", id)
                            .put("output_index", index)
                            .put("content_index", 0)
                            .put("delta", piece));
                }
            } else {
                events.add(type("response.function_call_arguments.delta")
                        .put("item_id", id)
                        .put("output_index", index)
                        .put("delta", item.path("arguments").asString()));
            }
            events.add(item("response.output_item.done", index, item));
        }
        events.add(response("response.completed", whole(reply, ask)));
        var numbered = new ArrayList<Event>();
        for (ObjectNode event : events) {
            numbered.add(new Event(event.path("type").asString(), event.put("sequence_number", numbered.size())));
        }
        return numbered;
    }

    @Override
    public JsonNode error(int status, String message) {
        return Dialect.CHAT.words().error(status, message);
    }

    @Override
    public Event errorEvent(String message) {
        return new Event(
                "error",
                type("error")
                        .put("code", "server_error")
                        .put("message", message)
                        .putNull("param"));
    }

    private static List<ObjectNode> items(Reply reply) {
        var items = new ArrayList<ObjectNode>();
        if (!reply.text().isEmpty()) {
            var message = type("message")
                    .put("id", "msg_1")
                    .put("status", "completed")
                    .put("role", "assistant");
            var text = message.putArray("content")
                    .addObject()
                    .put("type", "output_text")
                    .put("text", reply.text());
            text.putArray("annotations");
            items.add(message);
        }
        for (Reply.ToolCall call : reply.calls()) {
            int number = items.size() + 1;
            items.add(type("function_call")
                    .put("id", "fc_" + number)
                    .put("call_id", "call_" + number)
                    .put("status", "completed")
                    .put("name", call.name())
                    .put("arguments", call.arguments()));
        }
        return items;
    }

    private static ObjectNode frame(Ask ask, String status) {
        return JSON.createObjectNode()
                .put("id", "resp_scripted")
                .put("object", "response")
                .put("created_at", 1)
                .put("status", status)
                .put("model", ask.model())
                .putNull("error");
    }

    private static ObjectNode response(String type, JsonNode response) {
        var event = type(type);
        event.set("response", response);
        return event;
    }

    private static ObjectNode item(String type, int index, ObjectNode item) {
        var event = type(type).put("output_index", index);
        event.set("item", item);
        return event;
    }

    private static ObjectNode type(String type) {
        return JSON.createObjectNode().put("type", type);
    }
}
