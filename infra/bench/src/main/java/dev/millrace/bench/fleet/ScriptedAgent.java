package dev.millrace.bench.fleet;

import dev.millrace.worker.agent.Agent;
import dev.millrace.worker.agent.AgentEnd;
import dev.millrace.worker.agent.Assignment;
import dev.millrace.worker.agent.Transcript;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.time.Duration;
import java.util.List;

/** Takes as long as the task's script says, and breaks as often; a task without a script ends at once. */
final class ScriptedAgent implements Agent {
    static final String NAME = "scripted";

    @Override
    public AgentEnd work(Assignment assignment, Sandbox sandbox, Spending spending, Transcript transcript)
            throws InterruptedException {
        var scripted = (ScriptedSandbox) sandbox;
        scripted.begin();
        for (Act act : assignment.script().stream().map(Act::of).toList()) {
            switch (act) {
                case Act.Work(var time) -> Thread.sleep(time);
                case Act.Break(var times) -> {
                    if (scripted.attempt() <= times) {
                        throw new SandboxUnavailable("it breaks %d times, as its script says".formatted(times));
                    }
                }
            }
        }
        return new AgentEnd.Done("did as the script says");
    }

    /** What a line of a script stands for. */
    private sealed interface Act {
        /** {@code work 1500}: milliseconds. */
        record Work(Duration time) implements Act {}

        /** {@code break 1}: the attempts up to this one come to nothing. */
        record Break(int times) implements Act {}

        static Act of(String line) {
            List<String> words = List.of(line.split(" ", 2));
            return switch (words.getFirst()) {
                case "work" -> new Work(Duration.ofMillis(Long.parseLong(words.getLast())));
                case "break" -> new Break(Integer.parseInt(words.getLast()));
                default ->
                    throw new IllegalArgumentException("a script says 'work' or 'break', not '%s'".formatted(line));
            };
        }
    }
}
