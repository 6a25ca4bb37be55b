package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.AttemptNumber;
import java.time.Duration;
import java.time.Instant;

/** Where a task that has not ended stands. */
sealed interface Stage {

    /**
     * Waits in its lane, or for the next attempt.
     *
     * @param next the attempt that will be offered
     * @param notBefore the earliest moment for that
     */
    record Waiting(AttemptNumber next, Instant notBefore) implements Stage {
        /** For an attempt that need not wait. */
        static final Instant AT_ONCE = Instant.EPOCH;

        static final Waiting FIRST = new Waiting(AttemptNumber.FIRST, AT_ONCE);
    }

    /**
     * Lies with the workers; nobody has claimed it.
     *
     * @param since when it was first offered
     * @param again when it is offered again, in case it was lost
     */
    record Offered(AttemptNumber attempt, Instant since, Instant again) implements Stage {

        static Offered first(AttemptNumber attempt, Instant now, Duration patience) {
            return new Offered(attempt, now, now.plus(patience));
        }

        /** Waits twice as long from now on: where all seats are taken, repetitions only lengthen the queue. */
        Offered repeated() {
            return new Offered(
                    attempt, since, since.plus(Duration.between(since, again).multipliedBy(2)));
        }
    }

    /**
     * One worker holds the lease.
     *
     * @param since when it was granted
     * @param leaseUntil when it is lost unless the worker is heard before
     * @param costMicros what the attempt has spent, as far as was heard
     */
    record Running(AttemptNumber attempt, String worker, Instant since, Instant leaseUntil, long costMicros)
            implements Stage {

        /** A late or repeated report never makes spending less. */
        Running heard(Instant until, long cost) {
            return new Running(attempt, worker, since, until, Math.max(costMicros, cost));
        }

        Past over(Instant now, boolean broken, String reason) {
            return new Past(attempt, worker, since, now, broken, reason, costMicros);
        }
    }

    /**
     * Its outcome is with the sink.
     *
     * @param attempt the last that was offered; 0 if none was
     */
    record Delivering(int attempt) implements Stage {}
}
