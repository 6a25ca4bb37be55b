package dev.millrace.worker.agent;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One action with what it saw.
 *
 * @param action the command, or what was said
 * @param observation what came back, head and tail where it was long
 * @param exitCode of a command
 */
public record StepRecord(
        Kind kind,
        String action,
        String observation,
        @Nullable Integer exitCode,
        Duration took) {

    /** As in the transcript's contract: set-up and verification are the repository's commands, others the agent's. */
    public enum Kind {
        SETUP,
        MESSAGE,
        COMMAND,
        VERIFY
    }
}
