package dev.millrace.scripted;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One answer of the model.
 *
 * @param when what the last message must contain for this turn, which then comes before those that go in order; null for
 *     a turn that goes in order
 * @param times how often it is given; 0 for without end
 * @param say text; empty for none
 * @param fail what goes wrong; null for nothing
 */
public record Turn(
        @Nullable Pattern when,
        int times,
        String say,
        List<Call> calls,
        @Nullable Failure fail,
        Counts counts) {
    public Turn {
        calls = List.copyOf(calls);
        if (times < 0) {
            throw new IllegalArgumentException("a turn cannot be given %d times".formatted(times));
        }
    }

    public static Turn say(String text) {
        return new Turn(null, 1, text, List.of(), null, Counts.USUAL);
    }

    public static Turn call(Call... calls) {
        return new Turn(null, 1, "", List.of(calls), null, Counts.USUAL);
    }

    public static Turn shell(String command) {
        return call(new Call.Shell(command));
    }

    public static Turn finish(String summary) {
        return call(new Call.Finish(summary));
    }

    public static Turn fail(Failure failure) {
        return new Turn(null, 1, "This is cut off somewhere.", List.of(), failure, Counts.USUAL);
    }

    public static Turn fail(int status, String message) {
        return fail(new Failure.Status(status, Map.of(), message));
    }

    public Turn when(String pattern) {
        return new Turn(Pattern.compile(pattern), times, say, calls, fail, counts);
    }

    public Turn times(int many) {
        return new Turn(when, many, say, calls, fail, counts);
    }

    public Turn using(Counts other) {
        return new Turn(when, times, say, calls, fail, other);
    }
}
