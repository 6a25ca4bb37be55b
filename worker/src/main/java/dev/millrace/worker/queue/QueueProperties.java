package dev.millrace.worker.queue;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a worker takes work.
 *
 * @param name of the worker, unique among those that live and the same in each of its lives, so that it can remove the
 *     sandboxes that an earlier one left; empty for one of its own making
 * @param seats the most attempts at a time
 * @param heartbeat how often an attempt says that it lives; well below dispatch's lease
 * @param grantWithin how long a claim may wait for its grant
 * @param drain how long what runs may take to end when the worker is told to; the rest is handed back
 */
@ConfigurationProperties("millrace.worker")
public record QueueProperties(
        @DefaultValue("") String name,
        @DefaultValue("2") int seats,
        @DefaultValue("3s") Duration heartbeat,
        @DefaultValue("30s") Duration grantWithin,
        @DefaultValue("10m") Duration drain) {
    private static final int MOST_SEATS = 1000;
    private static final Duration LONGEST_DRAIN = Duration.ofDays(1);

    public QueueProperties {
        if (!name.matches("[A-Za-z0-9._-]{0,100}")) {
            throw new IllegalArgumentException(
                    "millrace.worker.name may hold letters, digits, '.', '_' and '-' only, not '%s'".formatted(name));
        }
        if (seats < 1 || seats > MOST_SEATS) {
            throw new IllegalArgumentException(
                    "millrace.worker.seats must be 1 to %d, not %d".formatted(MOST_SEATS, seats));
        }
        if (heartbeat.compareTo(Duration.ofMillis(100)) < 0) {
            throw new IllegalArgumentException("millrace.worker.heartbeat must be at least 100ms, not " + heartbeat);
        }
        if (!grantWithin.isPositive()) {
            throw new IllegalArgumentException("millrace.worker.grant-within must be positive, not " + grantWithin);
        }
        if (drain.isNegative() || drain.compareTo(LONGEST_DRAIN) > 0) {
            throw new IllegalArgumentException("millrace.worker.drain must be 0s to 1d, not " + drain);
        }
    }
}
