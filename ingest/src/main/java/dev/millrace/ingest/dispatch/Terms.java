package dev.millrace.ingest.dispatch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for, as far as decisions mind it.
 *
 * @param user who asked, in lower case
 * @param priority smaller ones first; never negative
 * @param model by the operator's name; empty for the default
 * @param deadline no attempt starts after it; null for none
 */
record Terms(
        String user, int priority, String model, @Nullable Instant deadline) {

    boolean isLate(Instant now) {
        return deadline != null && deadline.isBefore(now);
    }
}
