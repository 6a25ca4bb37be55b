package dev.millrace.ingest.dispatch;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;

/**
 * What ended attempts of a repository cost on one day. Can be rebuilt from the attempts of its tasks.
 *
 * @param day in UTC
 * @param byUser millionths of a US dollar, by who asked
 */
record Spending(LocalDate day, Map<String, Long> byUser) {
    static final Spending NONE = new Spending(LocalDate.EPOCH, Map.of());

    Spending {
        byUser = Map.copyOf(byUser);
    }

    /** Nothing is kept of an earlier day than the newest. */
    Spending plus(LocalDate on, String user, long costMicros) {
        if (on.isBefore(day) || costMicros == 0) {
            return this;
        }
        var sums = new HashMap<>(on.equals(day) ? byUser : Map.of());
        sums.merge(user, costMicros, Long::sum);
        return new Spending(on, sums);
    }

    /** What counts on a day: nothing of any other. */
    Map<String, Long> on(LocalDate today) {
        return today.equals(day) ? byUser : Map.of();
    }
}
