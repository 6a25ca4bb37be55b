package dev.millrace.ingest.api;

import dev.millrace.ingest.door.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Checks fields; what it refuses is a 400 that names the field and what to send instead. */
final class Fields {
    private static final int MOST_COMMANDS = 200;
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\\n\\t]]");

    private Fields() {}

    /** Text that is there. */
    static String required(String field, @Nullable String value, int mostBytes) {
        if (value == null || value.isBlank()) {
            throw refused(field, "is missing; send a text of 1 to %d bytes".formatted(mostBytes));
        }
        return text(field, value, mostBytes);
    }

    /** Text of any characters but control characters; empty where it is absent. */
    static String text(String field, @Nullable String value, int mostBytes) {
        if (value == null) {
            return "";
        }
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > mostBytes) {
            throw refused(field, "has %d bytes; send at most %d".formatted(bytes, mostBytes));
        }
        if (CONTROL.matcher(value).find()) {
            throw refused(field, "has control characters; send plain text");
        }
        return value;
    }

    /** A word of the shape; empty where it is absent. */
    static String word(String field, @Nullable String value, Pattern shape, String remedy) {
        if (value == null || value.isEmpty()) {
            return "";
        }
        if (!shape.matcher(value).matches()) {
            throw refused(field, remedy);
        }
        return value;
    }

    static long number(String field, @Nullable Number value, long most) {
        long number = value == null ? 0 : value.longValue();
        if (number < 0 || number > most) {
            throw refused(field, "must be 0 to %d, not %d".formatted(most, number));
        }
        return number;
    }

    static List<String> commands(String field, @Nullable List<@Nullable String> commands, int mostBytes) {
        if (commands == null) {
            return List.of();
        }
        if (commands.size() > MOST_COMMANDS) {
            throw refused(field, "has %d commands; send at most %d".formatted(commands.size(), MOST_COMMANDS));
        }
        text(field, String.join("", commands.stream().map(String::valueOf).toList()), mostBytes);
        return commands.stream()
                .map(command -> required(field, command, mostBytes))
                .toList();
    }

    static Problem refused(String field, String remedy) {
        return Problem.of(HttpStatus.BAD_REQUEST, "%s: %s".formatted(field, remedy));
    }
}
