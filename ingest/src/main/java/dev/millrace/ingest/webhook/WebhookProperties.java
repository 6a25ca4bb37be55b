package dev.millrace.ingest.webhook;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How webhooks are taken.
 *
 * @param secretFile holds the secret that is set in Gitea's webhook; without it every delivery is refused
 * @param maxBody of one delivery
 * @param bodiesInFlight memory for the bodies of all deliveries that are being served at the same time
 * @param answerWithin from the first byte to the answer; Gitea itself gives up after 5 s
 */
@ConfigurationProperties("millrace.ingest.webhook")
public record WebhookProperties(
        @Nullable Path secretFile,
        @DefaultValue("2MB") DataSize maxBody,
        @DefaultValue("64MB") DataSize bodiesInFlight,
        @DefaultValue("4s") Duration answerWithin) {

    private static final DataSize MOST_BODY = DataSize.ofMegabytes(64);
    private static final DataSize MOST_IN_FLIGHT = DataSize.ofGigabytes(4);

    public WebhookProperties {
        if (maxBody.compareTo(DataSize.ofKilobytes(1)) < 0 || maxBody.compareTo(MOST_BODY) > 0) {
            throw new IllegalArgumentException("millrace.ingest.webhook.max-body must be 1KB to 64MB, not " + maxBody);
        }
        if (bodiesInFlight.compareTo(maxBody) <= 0 || bodiesInFlight.compareTo(MOST_IN_FLIGHT) > 0) {
            throw new IllegalArgumentException(
                    "millrace.ingest.webhook.bodies-in-flight must be above max-body (%s) and at most 4GB, not %s"
                            .formatted(maxBody, bodiesInFlight));
        }
        if (answerWithin.compareTo(Duration.ofMillis(100)) < 0 || answerWithin.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(
                    "millrace.ingest.webhook.answer-within must be 100ms to 1m, and below the timeout of Gitea's"
                            + " webhooks (5s unless changed there), not " + answerWithin);
        }
    }
}
