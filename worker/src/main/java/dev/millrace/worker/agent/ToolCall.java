package dev.millrace.worker.agent;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** What a model wants to have done. */
sealed interface ToolCall {
    /** The call's id at the provider; its answer must name it. */
    String id();

    /** A command for the shell. */
    record Run(String id, String command) implements ToolCall {}

    /** Not to be run, and why, in words for the model. */
    record Malformed(String id, String why) implements ToolCall {}

    /** The one tool that there is, as providers want it described. */
    static ArrayNode tools(JsonMapper mapper) {
        return (ArrayNode) mapper.readTree("""
                [{"type": "function", "function": {
                  "name": "bash",
                  "description": "Run a command in a fresh shell in /workspace; gives its exit code and output.",
                  "parameters": {
                    "type": "object",
                    "properties": {"command": {"type": "string", "description": "The command."}},
                    "required": ["command"]}}}]
                """);
    }

    /**
     * Reads one call of an assistant's message.
     *
     * @param cut whether the message was cut short, so that its calls may be incomplete
     */
    static ToolCall read(JsonMapper mapper, JsonNode call, boolean cut) {
        String id = call.path("id").asString("");
        if (cut) {
            return new Malformed(id, "not run: your answer was cut off by the output limit; send shorter commands");
        }
        String name = call.path("function").path("name").asString("");
        if (!name.equals("bash")) {
            return new Malformed(id, "not run: there is no tool '%s', only 'bash'".formatted(Excerpt.of(name, 100)));
        }
        JsonNode arguments = call.path("function").path("arguments");
        try {
            // A string of JSON by the book; some compatible servers send the object itself.
            JsonNode command =
                    (arguments.isObject() ? arguments : mapper.readTree(arguments.asString(""))).path("command");
            if (command.isString() && !command.asString().isBlank()) {
                return new Run(id, command.asString());
            }
            return new Malformed(id, "not run: the arguments need a string 'command'");
        } catch (JacksonException broken) {
            return new Malformed(id, "not run: the arguments are no valid JSON: " + broken.getOriginalMessage());
        }
    }
}
