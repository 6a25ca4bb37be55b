package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.TaskId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the operator may set about decisions.
 *
 * @param lease how long a silent worker keeps its attempt
 * @param attempts the most tries at a task that the machine fails
 * @param backoff after the first of these; doubles with each further one
 * @param offerAgain when an offer that nobody claimed is repeated; doubles with each repetition
 * @param attemptTime the longest that one attempt may run
 * @param caps the most tasks at a time
 * @param budgets the most to spend on models in a day
 */
record Rules(
        Duration lease,
        int attempts,
        Duration backoff,
        Duration offerAgain,
        Duration attemptTime,
        Caps caps,
        Budgets budgets) {

    /**
     * How many tasks of one repository are offered or running at a time.
     *
     * @param user of these, how many that one person asked for
     */
    record Caps(int repository, int user) {}

    /** In a repository and a day, in millionths of a US dollar; null where nothing limits it. */
    record Budgets(@Nullable Long repository, @Nullable Long user) {}

    /** Doubles with every failure; up to half as much again, so that what broke together does not come back together. */
    Duration backoffAfter(TaskId task, int failures) {
        long least = backoff.multipliedBy(1L << Math.min(failures - 1, 10)).toMillis();
        long spread = Math.floorMod(31L * task.hashCode() + failures, 1_000L);
        return Duration.ofMillis(least + least * spread / 2_000);
    }
}
