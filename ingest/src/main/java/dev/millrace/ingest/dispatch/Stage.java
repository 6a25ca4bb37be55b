package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.AttemptNumber;
import java.time.Instant;

/** Where a task that has not ended stands. */
sealed interface Stage {

    /**
     * Waits in its lane, or for the next attempt.
     *
     * @param next the attempt that will be offered
     * @param notBefore the earliest moment for that
     */
    record Waiting(AttemptNumber next, Instant notBefore) implements Stage {}

    /**
     * Lies with the workers; nobody has claimed it.
     *
     * @param since when it was last offered
     */
    record Offered(AttemptNumber attempt, Instant since) implements Stage {}

    /** One worker holds the lease. */
    record Running(AttemptNumber attempt, String worker, Instant leaseUntil) implements Stage {}

    /** Its outcome is with the sink. */
    record Delivering(AttemptNumber attempt) implements Stage {}
}
