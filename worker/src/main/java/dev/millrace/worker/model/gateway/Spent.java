package dev.millrace.worker.model.gateway;

import dev.millrace.worker.model.upstream.Tokens;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

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

    /** For people, on one line. */
    public String inWords() {
        String words = String.format(
                Locale.ROOT,
                "%,d requests to models, %,d tokens in (%,d of them cached), %,d out, $%s",
                requests,
                tokens.in(),
                tokens.cached(),
                tokens.out(),
                BigDecimal.valueOf(costMicros, 6).toPlainString());
        String guessed = estimated == 0 ? "" : "; %d of the answers counted by estimate".formatted(estimated);
        String free = unpriced.isEmpty()
                ? ""
                : "; without a price, so not in the sum: " + String.join(", ", new TreeSet<>(unpriced));
        return words + guessed + free;
    }
}
