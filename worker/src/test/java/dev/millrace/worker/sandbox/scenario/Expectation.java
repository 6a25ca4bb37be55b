package dev.millrace.worker.sandbox.scenario;

import dev.millrace.worker.sandbox.LimitReached;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What must come of an action. An end that is not given is exit code 0.
 *
 * @param end how it ends
 * @param output all of it, but for white space around it
 * @param contains what is in it
 * @param lacks what is not
 * @param limits bounds that it runs into, at least
 * @param within the longest that it may take
 * @param shorter the most characters of output
 */
public record Expectation(
        End end,
        Optional<String> output,
        List<String> contains,
        List<String> lacks,
        Set<LimitReached.Kind> limits,
        Optional<Duration> within,
        Optional<Integer> shorter) {

    /** How an action can end. */
    public sealed interface End {
        /** With this exit code. */
        record Exit(int code) implements End {}

        /** With any other than 0, before its time is over. */
        record Fails() implements End {}

        /** A system call gave one of these errors, by name. */
        record Refused(List<String> errors) implements End {}

        /** Its time was over. */
        record TimesOut() implements End {}

        /** However it likes, for what matters comes then. */
        record Anyhow() implements End {}

        /** The whole sandbox ended. */
        record SandboxDies() implements End {}
    }

    /** What is not as expected; nothing if all is. */
    public List<String> complaints(Outcome outcome) {
        var complaints = new ArrayList<String>();
        if (!ended(outcome)) {
            complaints.add("it should end otherwise: " + end);
        }
        output.filter(text -> !text.strip().equals(outcome.output().strip()))
                .ifPresent(text -> complaints.add("its output should be '%s'".formatted(text.strip())));
        contains.stream()
                .filter(text -> !outcome.output().contains(text))
                .forEach(text -> complaints.add("its output should contain '%s'".formatted(text)));
        lacks.stream()
                .filter(text -> outcome.output().contains(text))
                .forEach(text -> complaints.add("its output should not contain '%s'".formatted(text)));
        limits.stream()
                .filter(kind -> !outcome.limits().contains(kind))
                .forEach(kind -> complaints.add("it should be told that the limit %s was reached".formatted(kind)));
        within.filter(most -> outcome.took().compareTo(most) > 0)
                .ifPresent(most -> complaints.add("it took %s, more than %s".formatted(outcome.took(), most)));
        shorter.filter(most -> outcome.output().length() > most)
                .ifPresent(most -> complaints.add("%d characters came out, more than %d"
                        .formatted(outcome.output().length(), most)));
        return complaints;
    }

    private boolean ended(Outcome outcome) {
        boolean byItself = !outcome.sandboxDied() && !outcome.timedOut();
        return switch (end) {
            case End.Exit exit -> byItself && outcome.exit() == exit.code();
            case End.Fails _ -> byItself && outcome.exit() != 0;
            case End.Refused refused ->
                byItself
                        && outcome.exit() != 0
                        && refused.errors().contains(outcome.output().strip());
            case End.Anyhow _ -> !outcome.sandboxDied();
            case End.TimesOut _ -> outcome.timedOut() && !outcome.sandboxDied();
            case End.SandboxDies _ -> outcome.sandboxDied();
        };
    }
}
