package dev.millrace.worker.attempt;

import dev.millrace.schemas.avro.Verification;
import dev.millrace.worker.agent.Agent;
import dev.millrace.worker.agent.AgentEnd;
import dev.millrace.worker.agent.StepRecord;
import dev.millrace.worker.workspace.Change;
import dev.millrace.worker.workspace.Workspace;
import java.time.Duration;
import java.util.List;

/**
 * The agent's work and the repository's word on it, in turns, until that is good or the rounds are used up. What is
 * delivered is taken out before it is verified, so that verifying adds nothing to it.
 */
final class Rounds {
    private final Workspace workspace;
    private final RepositoryCommands commands;
    private final List<String> verify;
    private final Duration time;
    private final int most;
    private final Stopwatch stopwatch;

    /**
     * @param verify commands; empty for nothing to verify
     * @param time of all of them together, each time
     * @param most how often the agent is told that they failed
     */
    Rounds(
            Workspace workspace,
            RepositoryCommands commands,
            List<String> verify,
            Duration time,
            int most,
            Stopwatch stopwatch) {
        this.workspace = workspace;
        this.commands = commands;
        this.verify = verify;
        this.time = time;
        this.most = most;
        this.stopwatch = stopwatch;
    }

    /** What came of all rounds. */
    sealed interface Played {}

    /** The agent did not get to a result. */
    record Stopped(AgentEnd end) implements Played {}

    /** There is a result that nothing speaks against. */
    record Good(String summary, Change change) implements Played {}

    /** There is a result that the repository's commands say is good. */
    record Verified(String summary, Change.Changed change, Verification verification) implements Played {}

    /**
     * There is a result that they say is not.
     *
     * @param why in words
     */
    record Failing(String summary, Change.Changed change, Verification verification, String why) implements Played {}

    Played play(Agent.Work work) throws InterruptedException {
        AgentEnd end = timed(work.begin());
        for (int told = 0; ; told++) {
            if (!(end instanceof AgentEnd.Done(String summary))) {
                return new Stopped(end);
            }
            Change out = workspace.out();
            stopwatch.lap("changeset");
            if (!(out instanceof Change.Changed change) || verify.isEmpty()) {
                return new Good(summary, out);
            }
            var ran = workspace.aside(() -> commands.run(StepRecord.Kind.VERIFY, verify, time));
            stopwatch.lap("verify");
            if (ran.passed()) {
                return new Verified(summary, change, ran.verification(told));
            }
            if (told == most) {
                return failing(summary, change, ran, told, "");
            }
            end = timed(work.goOn(ran.told()));
            switch (end) {
                case AgentEnd.Done _ -> {}
                case AgentEnd.PutOff _ -> {
                    return new Stopped(end);
                }
                case AgentEnd.GaveUp(String why) -> {
                    return failing(summary, change, ran, told + 1, why);
                }
                case AgentEnd.OutOfTime(String why) -> {
                    return failing(summary, change, ran, told + 1, why);
                }
                case AgentEnd.OutOfBudget(String why) -> {
                    return failing(summary, change, ran, told + 1, why);
                }
            }
        }
    }

    /** @param why the agent got no further; empty where it did what it could */
    private static Failing failing(
            String summary, Change.Changed change, RepositoryCommands.Ran ran, int told, String why) {
        String times = told == 0
                ? ""
                : told == 1 ? ", and the agent was told once" : ", and the agent was told %d times".formatted(told);
        String stopped = why.isEmpty() ? "" : " It got no further: " + why;
        return new Failing(
                summary,
                change,
                ran.verification(told),
                "The repository's verification failed: %s%s.%s".formatted(ran.failure(), times, stopped));
    }

    private AgentEnd timed(AgentEnd end) {
        stopwatch.lap("agent");
        return end;
    }
}
