package dev.millrace.worker.model;

import dev.millrace.worker.model.upstream.Tokens;

/**
 * What models were asked for and gave; 0 where a provider did not say.
 *
 * @param requests answered ones; tries that failed are not counted
 * @param tokensIn of prompts, cached ones included
 * @param tokensOut of answers, thinking included
 * @param tokensCached the part of {@code tokensIn} that the provider had at hand
 */
public record ModelUsage(long requests, long tokensIn, long tokensOut, long tokensCached) {
    public static final ModelUsage NONE = new ModelUsage(0, 0, 0, 0);

    /** Of one answer. */
    public static ModelUsage of(Tokens tokens) {
        return new ModelUsage(1, tokens.in(), tokens.out(), tokens.cached());
    }

    public ModelUsage plus(ModelUsage more) {
        return new ModelUsage(
                requests + more.requests,
                tokensIn + more.tokensIn,
                tokensOut + more.tokensOut,
                tokensCached + more.tokensCached);
    }
}
