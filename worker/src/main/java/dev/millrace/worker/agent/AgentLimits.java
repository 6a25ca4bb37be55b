package dev.millrace.worker.agent;

import java.time.Duration;

/**
 * What an agent may use.
 *
 * @param steps commands that a model may have run, counting answers that were of no use; scripts have no such limit
 * @param time for the whole work
 * @param commandTime for one command
 * @param observationBytes of a command's output that are kept, head and tail
 */
public record AgentLimits(int steps, Duration time, Duration commandTime, int observationBytes) {
    public AgentLimits {
        if (steps < 1) {
            throw new IllegalArgumentException("an agent needs at least 1 step, not " + steps);
        }
        if (!time.isPositive() || !commandTime.isPositive()) {
            throw new IllegalArgumentException(
                    "an agent's time and command time must be positive, not %s and %s".formatted(time, commandTime));
        }
        if (observationBytes < 256) {
            throw new IllegalArgumentException(
                    "an agent must see at least 256 bytes of an output, not " + observationBytes);
        }
    }
}
