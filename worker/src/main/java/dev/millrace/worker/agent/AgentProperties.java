package dev.millrace.worker.agent;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.unit.DataSize;

/**
 * Which agent works where a task names none, and what agents may use.
 *
 * @param fallback key {@code default}: name of the agent
 * @param steps as in {@link AgentLimits}
 * @param time for the whole work of one attempt
 * @param commandTime for one command
 * @param observation the most of a command's output that is kept, head and tail
 * @param context tokens that a conversation of the built-in agent may come to before its oldest parts are left out
 * @param systemPrompt file that tells the built-in agent how to work; empty for Millrace's own
 * @param script commands of the script agent for tasks that bring none
 * @param descriptions directory with descriptions of agents beside those that Millrace knows; empty for none
 * @param images that agents need where a task names none, by agent
 */
@ConfigurationProperties("millrace.worker.agent")
public record AgentProperties(
        @Name("default") @DefaultValue("builtin") String fallback,
        @DefaultValue("100") int steps,
        @DefaultValue("30m") Duration time,
        @DefaultValue("5m") Duration commandTime,
        @DefaultValue("16KB") DataSize observation,
        @DefaultValue("120000") long context,
        @DefaultValue("") String systemPrompt,
        @DefaultValue List<String> script,
        @DefaultValue("") String descriptions,
        @DefaultValue Map<String, String> images) {

    public AgentProperties {
        script = List.copyOf(script);
        images = Map.copyOf(images);
        if (steps < 1) {
            throw new IllegalArgumentException("millrace.worker.agent.steps must be at least 1, not " + steps);
        }
        if (!commandTime.isPositive() || time.compareTo(commandTime) < 0) {
            throw new IllegalArgumentException(
                    "millrace.worker.agent.command-time (%s) must be positive and not above millrace.worker.agent.time (%s)"
                            .formatted(commandTime, time));
        }
        if (observation.toBytes() < 256 || observation.toBytes() > 1 << 20) {
            throw new IllegalArgumentException(
                    "millrace.worker.agent.observation must be 256B to 1MB, not " + observation);
        }
        if (context < 4000) {
            throw new IllegalArgumentException(
                    "millrace.worker.agent.context must be at least 4000 tokens, and below what"
                            + " the model takes in, not " + context);
        }
    }

    /** The limits for every assignment. */
    public AgentLimits limits() {
        return new AgentLimits(steps, time, commandTime, Math.toIntExact(observation.toBytes()));
    }
}
