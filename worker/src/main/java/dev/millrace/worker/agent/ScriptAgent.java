package dev.millrace.worker.agent;

import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.Sandbox;
import java.time.InstantSource;
import java.util.Optional;

/** Runs the commands that the task brings, one after another, up to the first that fails. Needs no model. */
final class ScriptAgent implements Agent {
    private static final int SHOWN = 2000;

    private final InstantSource clock;

    ScriptAgent(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public AgentProfile profile() {
        return AgentProfile.part("Runs the commands that the task brings, without a model", Optional.empty());
    }

    @Override
    public AgentEnd work(Assignment assignment, Sandbox sandbox, Spending spending, Transcript transcript)
            throws InterruptedException {
        var limits = assignment.limits();
        var deadline = Deadline.in(limits.time(), clock);
        var shell = Shell.sh(sandbox, limits, deadline, transcript);
        for (String command : assignment.script()) {
            if (deadline.passed()) {
                return outOfTime(command, limits);
            }
            Ended ended = shell.run(command);
            if (ended.timedOut() && deadline.passed()) {
                return outOfTime(command, limits);
            }
            if (!ended.succeeded()) {
                return new AgentEnd.GaveUp(failure(command, ended));
            }
        }
        int count = assignment.script().size();
        return new AgentEnd.Done("Ran %d command%s.".formatted(count, count == 1 ? "" : "s"));
    }

    @Override
    public Work on(Assignment assignment, Sandbox sandbox, Spending spending, Transcript transcript) {
        return new Work() {
            @Override
            public AgentEnd begin() throws InterruptedException {
                return work(assignment, sandbox, spending, transcript);
            }

            @Override
            public AgentEnd goOn(String failed) {
                return new AgentEnd.GaveUp("A script does the same each time");
            }
        };
    }

    private static AgentEnd outOfTime(String command, AgentLimits limits) {
        return new AgentEnd.OutOfTime(
                "The script's time of %s ran out at `%s`".formatted(limits.time(), shown(command)));
    }

    private static String failure(String command, Ended ended) {
        String how = ended.timedOut()
                ? "was ended after %d ms".formatted(ended.took().toMillis())
                : "ended with exit code " + ended.exitCode();
        String output = Excerpt.tail(ended.output(), SHOWN).strip();
        return "`%s` %s%s".formatted(shown(command), how, output.isEmpty() ? "" : ":\n" + output);
    }

    private static String shown(String command) {
        return Excerpt.of(command, SHOWN);
    }
}
