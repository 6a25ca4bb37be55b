package dev.millrace.worker.agent;

import dev.millrace.worker.model.ModelClient;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.sandbox.Sandbox;
import java.time.InstantSource;

/**
 * A model with one tool, a shell: asks it, runs what it calls for, shows it what came back, until it says in plain
 * words what it did. The loop runs here, not in the sandbox, which needs nothing but {@code sh}.
 */
final class BuiltInAgent implements Agent {
    private final ModelClient model;
    private final InstantSource clock;
    private final String system;

    BuiltInAgent(ModelClient model, InstantSource clock) {
        this.model = model;
        this.clock = clock;
        this.system = Prompt.system();
    }

    @Override
    public AgentEnd work(Assignment assignment, Sandbox sandbox, Spending spending, Transcript transcript)
            throws InterruptedException {
        return on(assignment, sandbox, spending, transcript).begin();
    }

    @Override
    public Work on(Assignment assignment, Sandbox sandbox, Spending spending, Transcript transcript)
            throws InterruptedException {
        var limits = assignment.limits();
        var deadline = Deadline.in(limits.time(), clock);
        var shell = Shell.best(sandbox, limits, deadline, transcript);
        return new Loop(assignment, system, model, shell, deadline, spending, transcript);
    }
}
