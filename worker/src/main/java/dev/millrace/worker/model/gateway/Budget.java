package dev.millrace.worker.model.gateway;

/**
 * What may be spent at most.
 *
 * @param costMicros in micro-USD
 */
public record Budget(long requests, long tokens, long costMicros) {
    public static final Budget UNLIMITED = new Budget(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    public Budget {
        if (requests < 0 || tokens < 0 || costMicros < 0) {
            throw new IllegalArgumentException("a budget cannot be negative: %d requests, %d tokens, %d micro-USD"
                    .formatted(requests, tokens, costMicros));
        }
    }

    /** What keeps to both. */
    public Budget and(Budget other) {
        return new Budget(
                Math.min(requests, other.requests),
                Math.min(tokens, other.tokens),
                Math.min(costMicros, other.costMicros));
    }
}
