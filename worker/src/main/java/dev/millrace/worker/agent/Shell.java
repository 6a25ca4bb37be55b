package dev.millrace.worker.agent;

import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Runs an agent's commands, each in a shell of its own, within its limits and on the record. */
final class Shell {
    /** Linux takes no argument of 128 KiB or more. */
    private static final int LONGEST = 128 * 1024 - 1;

    private static final Duration PROBE = Duration.ofSeconds(10);
    /** Nothing may wait for a person. */
    private static final Map<String, String> UNATTENDED =
            Map.of("PAGER", "cat", "GIT_PAGER", "cat", "GIT_TERMINAL_PROMPT", "0", "TERM", "dumb");

    /**
     * Directory and variables go from one command to the next in a file that is the agent's own business. Kept in a trap,
     * since commands may end by {@code exit}; PWD is a variable like any other once it is exported.
     */
    private static final String KEPT = """
            kept=${HOME:-/tmp}/.millrace-shell
            if [ -r "$kept" ]; then . "$kept"; cd "$PWD"; fi
            trap "export PWD; export -p >'$kept'" EXIT
            """;

    private final String program;
    private final Sandbox sandbox;
    private final AgentLimits limits;
    private final Deadline deadline;
    private final Transcript transcript;

    private Shell(String program, Sandbox sandbox, AgentLimits limits, Deadline deadline, Transcript transcript) {
        this.program = program;
        this.sandbox = sandbox;
        this.limits = limits;
        this.deadline = deadline;
        this.transcript = transcript;
    }

    static Shell sh(Sandbox sandbox, AgentLimits limits, Deadline deadline, Transcript transcript) {
        return new Shell("sh", sandbox, limits, deadline, transcript);
    }

    /** {@code bash} where the image has it, since that is what models write for; else {@code sh}. */
    static Shell best(Sandbox sandbox, AgentLimits limits, Deadline deadline, Transcript transcript)
            throws InterruptedException {
        boolean bash = run(sandbox, Command.shell("command -v bash", PROBE)).succeeded();
        return new Shell(bash ? "bash" : "sh", sandbox, limits, deadline, transcript);
    }

    /**
     * Runs the script in the workspace; its output is cut to what may be observed.
     *
     * @throws InterruptedException if the thread is interrupted before, during or after the command
     */
    Ended run(String script) throws InterruptedException {
        return recorded(script, script);
    }

    /**
     * The same, but from the directory and with the exported variables in which the last command that was run on ended.
     *
     * @throws InterruptedException if the thread is interrupted before, during or after the command
     */
    Ended runOn(String script) throws InterruptedException {
        return recorded(script, KEPT + script);
    }

    private Ended recorded(String script, String whole) throws InterruptedException {
        Ended ended = bounded(execute(whole));
        transcript.step(new StepRecord(
                StepRecord.Kind.COMMAND,
                Excerpt.of(script, limits.observationBytes()),
                ended.output(),
                ended.exitCode(),
                ended.took()));
        stopIfInterrupted();
        return ended;
    }

    private Ended execute(String script) throws InterruptedException {
        if (script.getBytes(StandardCharsets.UTF_8).length > LONGEST || script.indexOf('\0') >= 0) {
            String why = "not run: a command must be below 128 KiB and without NUL; write long files in parts";
            return new Ended(126, "", why, false, Duration.ZERO);
        }
        Duration left = deadline.left();
        Duration limit = left.compareTo(limits.commandTime()) < 0 ? left : limits.commandTime();
        return run(sandbox, new Command(List.of(program, "-c", script), UNATTENDED, Sandbox.WORKSPACE, limit));
    }

    private static Ended run(Sandbox sandbox, Command command) throws InterruptedException {
        stopIfInterrupted();
        try {
            return sandbox.run(command);
        } catch (SandboxUnavailable unavailable) {
            stopIfInterrupted(); // an interrupted wait is no fault of the machine
            throw unavailable;
        }
    }

    private Ended bounded(Ended ended) {
        String output = Excerpt.of(ended.output(), limits.observationBytes()) + limitLines(ended);
        return new Ended(ended.exitCode(), output, "", ended.timedOut(), ended.took(), ended.limits());
    }

    /** After the excerpt, so that they are never what is left out of it. */
    private static String limitLines(Ended ended) {
        return ended.limits().stream()
                .map(limit -> "\n[%s]".formatted(limit.description()))
                .collect(Collectors.joining());
    }

    private static void stopIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the agent's work was interrupted");
        }
    }
}
