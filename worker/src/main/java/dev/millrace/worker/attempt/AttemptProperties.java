package dev.millrace.worker.attempt;

import dev.millrace.worker.workspace.RepositorySettings.WhenVerifyFails;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What repositories' own commands may take, and what follows from them.
 *
 * @param setUpTime for all set-up commands together
 * @param verifyTime for all verification commands together, each time
 * @param rounds how often an agent is told that verification failed, at most; a repository may want fewer
 * @param whenVerifyFails what becomes of a result that does not pass; a repository may want nothing of it
 */
@ConfigurationProperties("millrace.worker.attempt")
public record AttemptProperties(
        @DefaultValue("10m") Duration setUpTime,
        @DefaultValue("10m") Duration verifyTime,
        @DefaultValue("2") int rounds,
        @DefaultValue("wip") WhenVerifyFails whenVerifyFails) {

    public AttemptProperties {
        if (!setUpTime.isPositive() || !verifyTime.isPositive()) {
            throw new IllegalArgumentException(
                    "millrace.worker.attempt.set-up-time and .verify-time must be positive, not %s and %s"
                            .formatted(setUpTime, verifyTime));
        }
        if (rounds < 0 || rounds > 10) {
            throw new IllegalArgumentException("millrace.worker.attempt.rounds must be 0 to 10, not " + rounds);
        }
    }
}
