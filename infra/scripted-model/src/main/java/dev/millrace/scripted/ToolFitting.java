package dev.millrace.scripted;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Finds the tool that an agent means for something, and fills in the arguments that it wants to see. */
final class ToolFitting {
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> SHELLS = List.of(
            "bash",
            "execute_bash",
            "terminal",
            "shell",
            "shell_command",
            "exec_command",
            "run_shell_command",
            "run_terminal_cmd",
            "execute_command",
            "run_command",
            "run");
    private static final List<String> ENDS = List.of("finish", "attempt_completion", "task_complete", "submit");
    private static final List<String> COMMANDS = List.of("command", "cmd", "script", "code", "input");
    private static final List<String> SUMMARIES = List.of("message", "summary", "result", "text", "response");
    /** How mini-swe-agent wants to be told that the work is done: as a command's output. */
    private static final String MINI_END = "COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT";

    private ToolFitting() {}

    /** What is said and called, in terms of the tools that the agent offers. */
    static Reply fit(Turn turn, Ask ask) {
        var reply = new Reply.Builder(turn.say(), turn.counts());
        for (Call call : turn.calls()) {
            switch (call) {
                case Call.Tool(String name, String arguments) -> reply.call(name, arguments);
                case Call.Shell(String command) -> shell(command, ask, reply);
                case Call.Finish(String summary) -> finish(summary, ask, reply);
            }
        }
        return reply.build();
    }

    private static void shell(String command, Ask ask, Reply.Builder reply) {
        Optional<Ask.Tool> tool = find(ask.tools(), SHELLS, name -> name.contains("bash") || name.contains("shell"));
        if (tool.isPresent()) {
            reply.call(tool.get().name(), filled(tool.get(), COMMANDS, command).toString());
        } else {
            // Agents without tools read commands out of the text.
            reply.say("```bash\n%s\n```".formatted(command));
        }
    }

    private static void finish(String summary, Ask ask, Reply.Builder reply) {
        Optional<Ask.Tool> tool = find(ask.tools(), ENDS, _ -> false);
        if (tool.isPresent()) {
            reply.call(tool.get().name(), filled(tool.get(), SUMMARIES, summary).toString());
        } else if (ask.raw().contains(MINI_END)) {
            reply.say(summary);
            shell("echo " + MINI_END, ask, reply);
        } else {
            reply.say(summary);
        }
    }

    private static Optional<Ask.Tool> find(List<Ask.Tool> tools, List<String> names, Predicate<String> orElse) {
        for (String name : names) {
            for (Ask.Tool tool : tools) {
                if (tool.name().equalsIgnoreCase(name)) {
                    return Optional.of(tool);
                }
            }
        }
        return tools.stream()
                .filter(tool -> orElse.test(tool.name().toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /** Arguments with the text where it belongs, and something harmless for all else that is required. */
    private static ObjectNode filled(Ask.Tool tool, List<String> names, String text) {
        JsonNode properties = tool.schema().path("properties");
        String where = names.stream().filter(properties::has).findFirst().orElse(names.getFirst());
        var arguments = JSON.createObjectNode();
        if (properties.path(where).path("type").asString("").equals("array")) {
            arguments.putArray(where).add("bash").add("-lc").add(text);
        } else {
            arguments.put(where, text);
        }
        for (JsonNode required : tool.schema().path("required")) {
            String name = required.asString("");
            if (!arguments.has(name)) {
                arguments.set(name, harmless(name, properties.path(name)));
            }
        }
        return arguments;
    }

    private static JsonNode harmless(String name, JsonNode schema) {
        if (schema.has("default")) {
            return schema.path("default");
        }
        if (!schema.path("enum").isEmpty()) {
            return schema.path("enum").path(0);
        }
        return switch (schema.path("type").asString("string")) {
            case "boolean" -> JSON.getNodeFactory().booleanNode(false);
            case "integer", "number" ->
                JSON.getNodeFactory().numberNode(name.toLowerCase(Locale.ROOT).contains("ms") ? 60_000 : 60);
            case "array" -> JSON.createArrayNode();
            case "object" -> JSON.createObjectNode();
            default -> JSON.getNodeFactory().stringNode("as the task says");
        };
    }
}
