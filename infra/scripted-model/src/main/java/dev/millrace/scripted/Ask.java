package dev.millrace.scripted;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What the server was asked.
 *
 * @param path with its query
 * @param headers names in small letters
 * @param raw the body as it came
 * @param body the body as JSON
 */
public record Ask(Dialect dialect, String path, Map<String, String> headers, String raw, JsonNode body) {
    public Ask {
        headers = Map.copyOf(headers);
    }

    /**
     * A tool that the agent offers.
     *
     * @param schema of its arguments
     */
    record Tool(String name, JsonNode schema) {}

    /** The header with this name; empty if there is none. */
    public String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    public String model() {
        return body.path("model").asString("");
    }

    public boolean isStreaming() {
        return body.path("stream").asBoolean(false);
    }

    /** The text of the last message, whatever its protocol puts around it. */
    public String lastMessage() {
        JsonNode messages = messages();
        if (messages.isString()) {
            return messages.asString();
        }
        var text = new StringBuilder();
        gather(messages.path(messages.size() - 1), text);
        return text.toString();
    }

    /** Whether the model has said nothing yet in this conversation. */
    boolean isBeginning() {
        return messages()
                .valueStream()
                .noneMatch(message -> message.path("role").asString("").equals("assistant")
                        || message.path("type").asString("").endsWith("_call"));
    }

    List<Tool> tools() {
        var tools = new ArrayList<Tool>();
        for (JsonNode tool : body.path("tools")) {
            JsonNode function = tool.has("function") ? tool.path("function") : tool;
            String name = function.path("name").asString("");
            JsonNode schema =
                    function.has("input_schema") ? function.path("input_schema") : function.path("parameters");
            if (!name.isEmpty()) {
                tools.add(new Tool(name, schema));
            }
        }
        return tools;
    }

    private JsonNode messages() {
        return body.path(dialect == Dialect.RESPONSES ? "input" : "messages");
    }

    private static void gather(JsonNode node, StringBuilder text) {
        if (node.isString()) {
            text.append(node.asString()).append('\n');
        } else {
            node.forEach(child -> gather(child, text));
        }
    }
}
