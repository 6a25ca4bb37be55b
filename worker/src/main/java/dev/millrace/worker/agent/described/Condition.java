package dev.millrace.worker.agent.described;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;

/** What must be so for a rule to count: each of these paths has one of its values. */
record Condition(Map<JsonPath, List<Pattern>> wanted) {
    Condition {
        wanted = Map.copyOf(wanted);
    }

    boolean holds(JsonNode values) {
        return wanted.entrySet().stream().allMatch(entry -> {
            JsonNode found = entry.getKey().in(values);
            String text = JsonPath.text(found);
            return !found.isMissingNode()
                    && entry.getValue().stream()
                            .anyMatch(value -> value.matcher(text).find());
        });
    }

    /** A value: as it is, or after a {@code ~} a pattern for a part of it. */
    static Pattern value(String text) {
        if (!text.startsWith("~")) {
            return Pattern.compile("\\A" + Pattern.quote(text) + "\\z");
        }
        try {
            return Pattern.compile(text.substring(1));
        } catch (PatternSyntaxException wrong) {
            throw new IllegalArgumentException("no regular expression: " + wrong.getDescription());
        }
    }
}
