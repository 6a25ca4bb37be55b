package dev.millrace.scripted;

import java.util.ArrayList;
import java.util.List;

/**
 * What the model says, in no protocol's words yet.
 *
 * @param text empty for none
 */
record Reply(String text, List<ToolCall> calls, Counts counts) {
    Reply {
        calls = List.copyOf(calls);
    }

    record ToolCall(String name, String arguments) {}

    static final class Builder {
        private final Counts counts;
        private final List<ToolCall> calls = new ArrayList<>();
        private String text;

        Builder(String text, Counts counts) {
            this.text = text;
            this.counts = counts;
        }

        void say(String more) {
            text = text.isEmpty() ? more : text + "\n\n" + more;
        }

        void call(String name, String arguments) {
            calls.add(new ToolCall(name, arguments));
        }

        Reply build() {
            return new Reply(text, calls, counts);
        }
    }

    /** The text in the pieces in which a stream brings it; one at least, if there is text. */
    List<String> pieces() {
        var pieces = new ArrayList<String>();
        for (int at = 0; at < text.length(); at += 12) {
            pieces.add(text.substring(at, Math.min(text.length(), at + 12)));
        }
        return pieces;
    }
}
