package dev.millrace.worker.agent;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** What a model wants to have done. */
sealed interface ToolCall {
    JsonMapper JSON = new JsonMapper();

    /** The call's id at the provider; its answer must name it. */
    String id();

    /**
     * A command for the shell.
     *
     * @param keep whether it goes on where the last one of this kind ended, and the next goes on from it
     */
    record Run(String id, String command, boolean keep) implements ToolCall {}

    /** Not to be run, and why, in words for the model. */
    record Malformed(String id, String why) implements ToolCall {}

    /** The one tool that there is, as providers want it described. */
    static ArrayNode tools() {
        return (ArrayNode) JSON.readTree("""
                [{"type": "function", "function": {
                  "name": "bash",
                  "description": "Run a command in a fresh shell in /workspace; gives its exit code and output.",
                  "parameters": {
                    "type": "object",
                    "properties": {
                      "command": {"type": "string", "description": "The command."},
                      "keep": {"type": "boolean", "description": "True: begin in the directory and with the exported variables in which the last command with keep ended, and keep them for the next. Default false."}},
                    "required": ["command"]}}}]
                """);
    }

    /**
     * Reads one call of an assistant's message.
     *
     * @param cut whether the message was cut short, so that its calls may be incomplete
     */
    static ToolCall read(JsonNode call, boolean cut) {
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
            JsonNode given = arguments.isObject() ? arguments : JSON.readTree(arguments.asString(""));
            JsonNode command = given.path("command");
            if (command.isString() && !command.asString().isBlank()) {
                return new Run(id, command.asString(), given.path("keep").asBoolean(false));
            }
            return new Malformed(id, "not run: the arguments need a string 'command'");
        } catch (JacksonException broken) {
            return new Malformed(id, "not run: the arguments are no valid JSON: " + broken.getOriginalMessage());
        }
    }
}
