package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.AttemptNumber;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * An attempt that is over.
 *
 * @param broken whether the machine failed, which counts against the most attempts
 * @param reason why it came to nothing; empty where it gave the outcome
 * @param costMicros millionths of a US dollar
 */
record Past(
        AttemptNumber attempt,
        String worker,
        Instant started,
        Instant ended,
        boolean broken,
        String reason,
        long costMicros) {

    /** The day that its cost belongs to. */
    LocalDate day() {
        return LocalDate.ofInstant(ended, ZoneOffset.UTC);
    }

    /** Being put off over and over is one entry a day, or there would be no end to them. */
    boolean goesOnFrom(Past before) {
        return isPutOff() && before.isPutOff() && day().equals(before.day());
    }

    private boolean isPutOff() {
        return !broken && !reason.isEmpty();
    }

    /** Both as one. */
    Past joinedTo(Past before) {
        return new Past(attempt, worker, before.started, ended, broken, reason, before.costMicros + costMicros);
    }
}
