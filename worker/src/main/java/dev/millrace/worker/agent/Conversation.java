package dev.millrace.worker.agent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All messages of one attempt as they go to the provider. Appended to, so that providers can cache what went before, until
 * there is no more room; the assistant's messages are kept with every field that came, since some providers need their
 * thinking back.
 */
final class Conversation {
    private static final Pattern THINKING = Pattern.compile("<think>.*?(</think>|\\z)", Pattern.DOTALL);
    /** Rules and task. */
    private static final int BEGINNING = 2;
    /** Turns at the end that stay whole as long as anything else can go. */
    private static final int RECENT = 2;
    /** What stays of old output, in bytes. */
    private static final int GIST = 600;

    private static final String SHORTENED = "\n[Shortened to make room. If you need all of it, run the command again.]";
    private static final int COMMANDS_TOLD = 40;
    private static final int COMMAND_TOLD = 120;

    private final ArrayNode messages;
    private final String task;
    private final Deque<String> forgotten = new ArrayDeque<>();
    private int forgottenTurns;

    Conversation(JsonMapper mapper, String system, String task) {
        this.messages = mapper.createArrayNode();
        this.task = task;
        messages.addObject().put("role", "system").put("content", system);
        user(task);
    }

    ArrayNode messages() {
        return messages;
    }

    /** About how many characters are sent. */
    long length() {
        return messages.toString().length();
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

    /**
     * Makes it shorter, the oldest first: what commands printed, then whole turns, at last what was printed lately. What
     * is left of it is unchanged, and every call still has its answer.
     *
     * @param most characters that are to be left, if that can be
     * @return whether it is shorter now
     */
    boolean shorten(long most) {
        long before = length();
        List<Integer> turns = turns();
        int recent = turns.size() <= RECENT ? BEGINNING : turns.get(turns.size() - RECENT);
        shortenOutput(BEGINNING, recent, most);
        forgetTurns(most);
        shortenOutput(BEGINNING, messages.size(), most);
        return length() < before;
    }

    /** What the message says to people: its text without thinking; empty for none. */
    static String said(ObjectNode message) {
        return THINKING.matcher(text(message)).replaceAll("").strip();
    }

    private void shortenOutput(int from, int to, long most) {
        for (int i = from; i < to && length() > most; i++) {
            String text = messages.get(i).path("content").asString("");
            if (messages.get(i) instanceof ObjectNode message
                    && message.path("role").asString("").equals("tool")
                    && text.length() > 2 * GIST) {
                message.put("content", Excerpt.of(text, GIST) + SHORTENED);
            }
        }
    }

    private void forgetTurns(long most) {
        List<Integer> turns = turns();
        for (int oldest = 0; oldest < turns.size() - RECENT && length() > most; oldest++) {
            int many = turns.get(oldest + 1) - turns.get(oldest);
            for (int i = 0; i < many; i++) {
                remember(messages.remove(BEGINNING));
            }
            forgottenTurns++;
            ((ObjectNode) messages.get(BEGINNING - 1)).put("content", task + note());
        }
    }

    /** Where each turn begins: the model's message and what was said to it. */
    private List<Integer> turns() {
        var turns = new ArrayList<Integer>();
        for (int i = BEGINNING; i < messages.size(); i++) {
            if (i == BEGINNING || messages.get(i).path("role").asString("").equals("assistant")) {
                turns.add(i);
            }
        }
        return turns;
    }

    private void remember(JsonNode message) {
        for (JsonNode call : message.path("tool_calls")) {
            if (ToolCall.read(call, false) instanceof ToolCall.Run run) {
                String line = run.command().strip().replaceAll("\\s+", " ");
                forgotten.add(line.length() <= COMMAND_TOLD ? line : line.substring(0, COMMAND_TOLD) + "…");
            }
        }
        while (forgotten.size() > COMMANDS_TOLD) {
            forgotten.remove();
        }
    }

    private String note() {
        return """


                [Here %d of your steps were left out to make room. What they did to the files is done. Their last commands:
                $ %s]""".formatted(forgottenTurns, String.join("\n$ ", forgotten));
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
