package dev.millrace.worker.agent;

import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.sandbox.Sandbox;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Work of an agent that remembers nothing: it goes on by beginning again, with what failed in its prompt and with what
 * is left of its limits.
 */
final class Reruns implements Agent.Work {
    private final Agent agent;
    private final Assignment assignment;
    private final Sandbox sandbox;
    private final Spending spending;
    private final Transcript transcript;
    private final LongSupplier nanoTime;
    private Duration worked = Duration.ZERO;
    private int steps;

    Reruns(
            Agent agent,
            Assignment assignment,
            Sandbox sandbox,
            Spending spending,
            Transcript transcript,
            LongSupplier nanoTime) {
        this.agent = agent;
        this.assignment = assignment;
        this.sandbox = sandbox;
        this.spending = spending;
        this.transcript = transcript;
        this.nanoTime = nanoTime;
    }

    @Override
    public AgentEnd begin() throws InterruptedException {
        return run(assignment);
    }

    @Override
    public AgentEnd goOn(String failed) throws InterruptedException {
        var limits = assignment.limits();
        Duration time = limits.time().minus(worked);
        if (time.toMillis() < 1) {
            return new AgentEnd.OutOfTime("The agent's time of %s ran out".formatted(limits.time()));
        }
        if (steps >= limits.steps()) {
            return new AgentEnd.OutOfBudget("The limit of %d steps is reached".formatted(limits.steps()));
        }
        return run(new Assignment(
                assignment.title(),
                assignment.instruction(),
                assignment.repo(),
                assignment.script(),
                assignment.model(),
                new AgentLimits(limits.steps() - steps, time, limits.commandTime(), limits.observationBytes()),
                assignment.background().withFailed(failed)));
    }

    private AgentEnd run(Assignment current) throws InterruptedException {
        long since = nanoTime.getAsLong();
        try {
            return agent.work(current, sandbox, spending, this::counted);
        } finally {
            worked = worked.plusNanos(nanoTime.getAsLong() - since);
        }
    }

    private void counted(StepRecord step) {
        if (step.kind() == StepRecord.Kind.COMMAND) {
            steps++;
        }
        transcript.step(step);
    }
}
