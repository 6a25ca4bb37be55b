package dev.millrace.sink.text;

import dev.millrace.schemas.avro.Check;
import dev.millrace.schemas.avro.Verification;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a repository's own commands said of a result, in Markdown; the same for the same verification. */
public final class VerificationText {
    private static final int COMMAND = 120;
    private static final int OUTPUT = 6_000;
    private static final Pattern FENCE = Pattern.compile("`{3,}");

    private VerificationText() {}

    /** Empty where nothing was verified. */
    public static String of(@Nullable Verification verification) {
        if (verification == null || verification.getChecks().isEmpty()) {
            return "";
        }
        String commands =
                verification.getChecks().stream().map(VerificationText::told).collect(Collectors.joining(", "));
        if (verification.getPassed()) {
            return "Verified by the repository's own commands: %s.%s".formatted(commands, rounds(verification));
        }
        String text = "The repository's own commands fail on this: %s.%s".formatted(commands, rounds(verification));
        String output = ForeignText.block(tail(verification.getOutput()), OUTPUT);
        return output.isEmpty() ? text : "%s\n\n%s".formatted(text, fenced(output));
    }

    private static String told(Check check) {
        // On one line between back-ticks, where nothing may end them.
        String command = ForeignText.line(check.getCommand().replace('`', '\''), COMMAND);
        Integer code = check.getExitCode();
        String end = code == null ? "took too long" : code == 0 ? "" : "exit code " + code;
        String time = String.format(Locale.ROOT, "%.1f s", Math.max(0, check.getMicros()) / 1e6);
        return end.isEmpty() ? "`%s` (%s)".formatted(command, time) : "`%s` (%s, %s)".formatted(command, end, time);
    }

    private static String rounds(Verification verification) {
        int rounds = verification.getRounds();
        return rounds <= 0
                ? ""
                : " The agent was told of a failure %s.".formatted(rounds == 1 ? "once" : rounds + " times");
    }

    /** What failed stands at the end, mostly. */
    private static String tail(String output) {
        return output.length() <= OUTPUT ? output : "…" + output.substring(output.length() - OUTPUT + 1);
    }

    /** In a fence that nothing in it closes. */
    private static String fenced(String output) {
        int longest = FENCE.matcher(output)
                .results()
                .mapToInt(run -> run.group().length())
                .max()
                .orElse(2);
        String fence = "`".repeat(longest + 1);
        return fence + "\n" + output + "\n" + fence;
    }
}
