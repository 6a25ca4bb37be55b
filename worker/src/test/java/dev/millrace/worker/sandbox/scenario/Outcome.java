package dev.millrace.worker.sandbox.scenario;

import dev.millrace.worker.sandbox.LimitReached;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What came of an action.
 *
 * @param exit of a command; of what the port did, 0, or 1 with the error's name as output
 * @param sandboxDied whether the sandbox ended under it
 */
public record Outcome(
        int exit, String output, boolean timedOut, boolean sandboxDied, Set<LimitReached.Kind> limits, Duration took) {
    private static final int SHOWN = 160;

    public Outcome {
        limits = Set.copyOf(limits);
    }

    /** Of something that was done, or failed with this output. */
    public static Outcome of(boolean done, String output, Duration took) {
        return new Outcome(done ? 0 : 1, output, false, false, Set.of(), took);
    }

    /** Of a sandbox that is no more. */
    public static Outcome died(String why, Duration took) {
        return new Outcome(-1, why, false, true, Set.of(), took);
    }

    public static Set<LimitReached.Kind> kinds(List<LimitReached> limits) {
        return limits.stream().map(LimitReached::kind).collect(Collectors.toSet());
    }

    /** On one line. */
    @Override
    public String toString() {
        String line = output.strip().replace("\n", "⏎").replaceAll("\\p{Cntrl}", "·");
        return "%s%s%s: %s"
                .formatted(
                        sandboxDied ? "sandbox died" : "exit " + exit,
                        timedOut ? ", out of time" : "",
                        limits.isEmpty() ? "" : ", " + limits,
                        line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…");
    }
}
