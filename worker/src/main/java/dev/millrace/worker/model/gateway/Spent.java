package dev.millrace.worker.model.gateway;

import dev.millrace.worker.model.upstream.Tokens;
import java.util.Set;

/**
 * What an attempt has spent so far, by answers that came; tries that failed are not counted.
 *
 * @param costMicros in micro-USD, by the price table
 * @param estimated answers whose provider did not say what they used, so that it was estimated
 * @param unpriced models that are not in the price table: their tokens are counted, their cost is not
 */
public record Spent(long requests, Tokens tokens, long costMicros, long estimated, Set<String> unpriced) {
    public Spent {
        unpriced = Set.copyOf(unpriced);
    }
}
