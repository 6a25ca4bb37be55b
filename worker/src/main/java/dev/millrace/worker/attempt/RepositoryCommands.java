package dev.millrace.worker.attempt;

import dev.millrace.schemas.avro.Check;
import dev.millrace.schemas.avro.Verification;
import dev.millrace.worker.agent.Excerpt;
import dev.millrace.worker.agent.StepRecord;
import dev.millrace.worker.agent.Transcript;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.Sandbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Runs a repository's own commands in its sandbox, one after the other, up to the first that fails. */
final class RepositoryCommands {
    private static final int SHOWN = 200;
    /** Nothing may wait for a person. */
    private static final Map<String, String> UNATTENDED =
            Map.of("CI", "true", "PAGER", "cat", "GIT_PAGER", "cat", "GIT_TERMINAL_PROMPT", "0", "TERM", "dumb");

    private final Sandbox sandbox;
    private final Transcript transcript;
    private final int observationBytes;

    /** @param observationBytes of a command's output that are kept, head and tail */
    RepositoryCommands(Sandbox sandbox, Transcript transcript, int observationBytes) {
        this.sandbox = sandbox;
        this.transcript = transcript;
        this.observationBytes = observationBytes;
    }

    /**
     * What came of it.
     *
     * @param checks of the commands that were run
     * @param output of the one that failed; empty where none did
     */
    record Ran(List<Check> checks, String output, boolean passed) {
        Ran {
            checks = List.copyOf(checks);
        }

        /** In words, of what did not pass. */
        String failure() {
            Check last = checks.getLast();
            String command = Excerpt.of(last.getCommand().strip(), SHOWN);
            Integer code = last.getExitCode();
            return code == null
                    ? "`%s` took too long".formatted(command)
                    : "`%s` ended with exit code %d".formatted(command, code);
        }

        /** As in a terminal. */
        String told() {
            return checks.stream()
                    .map(check -> "$ %s\n[%s]"
                            .formatted(
                                    check.getCommand().strip(),
                                    check.getExitCode() == null
                                            ? "ended, since it took too long"
                                            : "exit code " + check.getExitCode()))
                    .collect(Collectors.joining("\n", "", "\n" + output));
        }

        Verification verification(int rounds) {
            return new Verification(passed, rounds, checks, output);
        }
    }

    /**
     * Runs them.
     *
     * @param time for all together
     */
    Ran run(StepRecord.Kind kind, List<String> commands, Duration time) {
        var checks = new ArrayList<Check>();
        Duration left = time;
        for (String command : commands) {
            Ended ended = sandbox.run(new Command(List.of("sh", "-c", command), UNATTENDED, Sandbox.WORKSPACE, left));
            String output = output(ended);
            Integer code = ended.timedOut() ? null : ended.exitCode();
            transcript.step(new StepRecord(kind, command, output, code, ended.took()));
            checks.add(new Check(command, code, ended.took().toNanos() / 1_000));
            if (!ended.succeeded()) {
                return new Ran(checks, output, false);
            }
            // What has no time left gets too little, and so fails by it.
            left = left.compareTo(ended.took()) > 0 ? left.minus(ended.took()) : Duration.ofMillis(1);
        }
        return new Ran(checks, "", true);
    }

    /** Limits come after the excerpt, so that they are never what is left out of it. */
    private String output(Ended ended) {
        return Excerpt.of(ended.output(), observationBytes)
                + ended.limits().stream()
                        .map(limit -> "\n[%s]".formatted(limit.description()))
                        .collect(Collectors.joining());
    }
}
