package dev.millrace.worker.agent;

import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All messages of one attempt as they go to the provider. Only ever appended to, so that providers can cache what went
 * before; the assistant's messages are kept with every field that came, since some providers need their thinking back.
 */
final class Conversation {
    private static final Pattern THINKING = Pattern.compile("<think>.*?(</think>|\\z)", Pattern.DOTALL);

    private final ArrayNode messages;

    Conversation(JsonMapper mapper, String system, String task) {
        this.messages = mapper.createArrayNode();
        messages.addObject().put("role", "system").put("content", system);
        user(task);
    }

    ArrayNode messages() {
        return messages;
    }

    void user(String text) {
        messages.addObject().put("role", "user").put("content", text);
    }

    /** Appends the message as it is, unless there is nothing in it, which providers would refuse to get back. */
    void assistant(ObjectNode message) {
        if (!message.path("role").isString()) {
            message.put("role", "assistant");
        }
        for (int i = 0; i < message.path("tool_calls").size(); i++) {
            // Answers have to name their call, so one without a name gets one.
            if (message.path("tool_calls").get(i) instanceof ObjectNode call
                    && call.path("id").asString("").isEmpty()) {
                call.put("id", "call_%d_%d".formatted(messages.size(), i));
            }
        }
        if (!message.path("tool_calls").isEmpty() || !text(message).isEmpty()) {
            messages.add(message);
        }
    }

    void tool(String callId, String text) {
        messages.addObject().put("role", "tool").put("tool_call_id", callId).put("content", text);
    }

    /** What the message says to people: its text without thinking; empty for none. */
    static String said(ObjectNode message) {
        return THINKING.matcher(text(message)).replaceAll("").strip();
    }

    private static String text(ObjectNode message) {
        JsonNode content = message.path("content");
        if (!content.isArray()) {
            return content.asString("");
        }
        var text = new StringBuilder();
        for (JsonNode part : content) {
            text.append(part.path("text").asString(""));
        }
        return text.toString();
    }
}
