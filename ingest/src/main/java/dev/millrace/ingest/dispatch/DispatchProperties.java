package dev.millrace.ingest.dispatch;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How dispatch decides and runs.
 *
 * @param enabled whether this process dispatches
 * @param lease how long a silent worker keeps its attempt
 * @param attempts the most tries at a task that the machine fails
 * @param backoff before the second try; doubles with each further one
 * @param offerAgain when an offer that nobody claimed is repeated, in case it was lost
 * @param keepEnded how long the state of an ended task is kept; at least the retention of requests, or a late duplicate
 *     would be a task again
 * @param commitInterval how often decisions become visible to others
 * @param stateDirectory for locks and checkpoints; nothing in it needs to survive
 */
@ConfigurationProperties("millrace.dispatch")
record DispatchProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("12s") Duration lease,
        @DefaultValue("3") int attempts,
        @DefaultValue("5s") Duration backoff,
        @DefaultValue("10m") Duration offerAgain,
        @DefaultValue("30d") Duration keepEnded,
        @DefaultValue("20ms") Duration commitInterval,
        @DefaultValue("${java.io.tmpdir}/millrace-dispatch") Path stateDirectory) {

    private static final Duration REQUESTS_RETENTION = Duration.ofDays(7);

    DispatchProperties {
        if (lease.compareTo(Duration.ofSeconds(2)) < 0) {
            throw new IllegalArgumentException("millrace.dispatch.lease must be at least 2s, not " + lease);
        }
        if (attempts < 1 || attempts > 100) {
            throw new IllegalArgumentException("millrace.dispatch.attempts must be 1 to 100, not " + attempts);
        }
        if (backoff.isNegative()) {
            throw new IllegalArgumentException("millrace.dispatch.backoff must not be negative, as " + backoff);
        }
        if (offerAgain.compareTo(lease) < 0) {
            throw new IllegalArgumentException(
                    "millrace.dispatch.offer-again (%s) must not be below millrace.dispatch.lease (%s)"
                            .formatted(offerAgain, lease));
        }
        if (keepEnded.compareTo(REQUESTS_RETENTION) < 0) {
            throw new IllegalArgumentException(
                    "millrace.dispatch.keep-ended must be at least the 7 days that requests are kept, not "
                            + keepEnded);
        }
        if (!commitInterval.isPositive()) {
            throw new IllegalArgumentException(
                    "millrace.dispatch.commit-interval must be positive, not " + commitInterval);
        }
    }

    Rules rules() {
        return new Rules(lease, attempts, backoff, offerAgain);
    }
}
