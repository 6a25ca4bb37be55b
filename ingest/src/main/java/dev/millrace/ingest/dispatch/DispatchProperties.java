package dev.millrace.ingest.dispatch;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How dispatch decides and runs.
 *
 * @param enabled whether this process dispatches
 * @param lease how long a silent worker keeps its attempt
 * @param attempts the most tries at a task that the machine fails
 * @param backoff before the second try; doubles with each further one, and is up to half as long again
 * @param attemptTime the longest that one attempt may run; above what workers allow themselves
 * @param repositoryCap the most tasks of one repository at a time
 * @param userCap the most of these that one person asked for
 * @param repositoryBudget the most US dollars that a repository may spend on models in a day; null for no limit
 * @param userBudget the most of these for one person's tasks; null for no limit
 * @param offerAgain when an offer that nobody claimed is repeated, in case it was lost; doubles each time
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
        @DefaultValue("2h") Duration attemptTime,
        @DefaultValue("4") int repositoryCap,
        @DefaultValue("4") int userCap,
        @Nullable BigDecimal repositoryBudget,
        @Nullable BigDecimal userBudget,
        @DefaultValue("10m") Duration offerAgain,
        @DefaultValue("30d") Duration keepEnded,
        @DefaultValue("5ms") Duration commitInterval,
        @DefaultValue("${java.io.tmpdir}/millrace-dispatch") Path stateDirectory) {

    private static final int MOST_AT_A_TIME = 10_000;
    private static final BigDecimal MOST_DOLLARS = new BigDecimal("1000000");
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
        if (attemptTime.compareTo(lease) < 0) {
            throw new IllegalArgumentException(
                    "millrace.dispatch.attempt-time (%s) must not be below millrace.dispatch.lease (%s)"
                            .formatted(attemptTime, lease));
        }
        checkCap("repository-cap", repositoryCap);
        checkCap("user-cap", userCap);
        checkBudget("repository-budget", repositoryBudget);
        checkBudget("user-budget", userBudget);
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

    /** Two beats may be lost before a worker counts as silent, or every hiccup would cost an attempt. */
    void refuseUnlessAbove(Duration heartbeat) {
        if (lease.compareTo(heartbeat.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException(
                    "millrace.dispatch.lease (%s) must be at least twice millrace.worker.heartbeat (%s)"
                            .formatted(lease, heartbeat));
        }
    }

    Rules rules() {
        return new Rules(
                lease,
                attempts,
                backoff,
                offerAgain,
                attemptTime,
                new Rules.Caps(repositoryCap, userCap),
                new Rules.Budgets(micros(repositoryBudget), micros(userBudget)));
    }

    private static void checkCap(String key, int cap) {
        if (cap < 1 || cap > MOST_AT_A_TIME) {
            throw new IllegalArgumentException(
                    "millrace.dispatch.%s must be 1 to %d, not %d".formatted(key, MOST_AT_A_TIME, cap));
        }
    }

    private static void checkBudget(String key, @Nullable BigDecimal dollars) {
        if (dollars != null && (dollars.signum() <= 0 || dollars.compareTo(MOST_DOLLARS) > 0)) {
            throw new IllegalArgumentException("millrace.dispatch.%s must be above 0 and at most %s US dollars, not %s"
                    .formatted(key, MOST_DOLLARS.toPlainString(), dollars.toPlainString()));
        }
    }

    private static @Nullable Long micros(@Nullable BigDecimal dollars) {
        return dollars == null ? null : Long.valueOf(dollars.movePointRight(6).longValue());
    }
}
