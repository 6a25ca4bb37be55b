package dev.millrace.worker.model.upstream;

import java.math.BigDecimal;

/**
 * What a model costs, in USD for a million tokens, which is micro-USD for one.
 *
 * @param in of a prompt's tokens that are neither {@code cached} nor {@code stored}
 * @param cached read from the provider's cache
 * @param stored written to it
 */
public record Price(BigDecimal in, BigDecimal out, BigDecimal cached, BigDecimal stored) {
    /** Of a model that nobody told the price of. */
    public static final Price UNKNOWN = new Price(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);

    /** In micro-USD. */
    public BigDecimal of(Tokens tokens) {
        return in.multiply(BigDecimal.valueOf(tokens.in() - tokens.cached() - tokens.stored()))
                .add(out.multiply(BigDecimal.valueOf(tokens.out())))
                .add(cached.multiply(BigDecimal.valueOf(tokens.cached())))
                .add(stored.multiply(BigDecimal.valueOf(tokens.stored())));
    }

    /** What so many tokens cost at most, of whatever kind they are; in micro-USD. */
    public BigDecimal atMost(long tokens) {
        return in.max(out).max(cached).max(stored).multiply(BigDecimal.valueOf(tokens));
    }
}
