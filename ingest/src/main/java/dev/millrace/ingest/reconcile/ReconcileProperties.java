package dev.millrace.ingest.reconcile;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the forge's history is read.
 *
 * @param enabled whether it is
 * @param every between two looks, while all goes well
 * @param lookBack what is older than this is not made up for
 * @param backoff the longest pause, when the forge or the broker is away
 */
@ConfigurationProperties("millrace.ingest.reconcile")
public record ReconcileProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("1m") Duration every,
        @DefaultValue("3d") Duration lookBack,
        @DefaultValue("10m") Duration backoff) {

    public ReconcileProperties {
        check("every", every, Duration.ofSeconds(1), Duration.ofHours(1));
        check("look-back", lookBack, Duration.ofMinutes(1), Duration.ofDays(30));
        check("backoff", backoff, every, Duration.ofDays(1));
    }

    private static void check(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "millrace.ingest.reconcile.%s must be %s to %s, not %s".formatted(key, least, most, value));
        }
    }
}
