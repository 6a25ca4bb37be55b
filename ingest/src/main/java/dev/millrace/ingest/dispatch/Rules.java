package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.AttemptNumber;
import java.time.Duration;

/** What the operator may set about decisions. */
record Rules(Duration lease, int attempts, Duration backoff, Duration offerAgain) {

    /** Doubles with every failed attempt. */
    Duration backoffAfter(AttemptNumber failed) {
        return backoff.multipliedBy(1L << Math.min(failed.value() - 1, 10));
    }
}
