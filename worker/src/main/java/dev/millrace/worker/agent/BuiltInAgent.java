package dev.millrace.worker.agent;

import dev.millrace.worker.model.gateway.Gateways;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.model.gateway.Terms;
import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.sandbox.Sandbox;
import java.time.InstantSource;
import java.util.Optional;

/**
 * A model with one tool, a shell: asks it, runs what it calls for, shows it what came back, until it says in plain
 * words what it did. The loop runs here, not in the sandbox, which needs nothing but {@code sh}.
 */
final class BuiltInAgent implements Agent {
    private final Gateways gateways;
    private final String system;
    private final long context;
    private final InstantSource clock;

    /**
     * @param system how it is to work, whatever the task is
     * @param context tokens that a conversation may come to before its oldest parts are left out
     */
    BuiltInAgent(Gateways gateways, String system, long context, InstantSource clock) {
        this.gateways = gateways;
        this.system = system;
        this.context = context;
        this.clock = clock;
    }

    @Override
    public AgentProfile profile() {
        return AgentProfile.part("Millrace's own loop, with one tool, a shell", Optional.of(Protocol.CHAT));
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
        var chat = gateways.chat(new Terms(assignment.model(), spending, deadline.at()));
        var shell = Shell.best(sandbox, limits, deadline, transcript);
        return new Loop(assignment, system, context, chat, shell, deadline, transcript);
    }
}
