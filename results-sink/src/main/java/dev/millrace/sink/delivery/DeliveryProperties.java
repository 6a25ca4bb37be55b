package dev.millrace.sink.delivery;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How outcomes are delivered.
 *
 * @param botName who makes the commits
 * @param botEmail the address of the bot's account at the forge, so that the forge shows the commits as its own
 * @param coAuthorDomain where the forge's users have addresses that nobody reads; Gitea's {@code NO_REPLY_ADDRESS}
 * @param cacheDirectory for copies of repositories, which can always be fetched again; for one process only.
 *     By default {@code millrace-sink} in the system's directory for temporary files
 * @param localRepository a git repository on this machine that takes every result instead of a forge
 * @param concurrency outcomes that are delivered at the same time; more than there are partitions is of no use
 * @param gitTimeout the longest silence of the forge during a fetch or push
 * @param changesetTimeout of the wait for a changeset's record
 * @param publishTimeout of the wait for the broker's acknowledgement
 * @param deliveryLimit the longest that one delivery may take before its partition goes to another consumer
 */
@ConfigurationProperties("millrace.sink")
public record DeliveryProperties(
        @DefaultValue("Millrace") String botName,
        @DefaultValue("millrace@noreply.localhost") String botEmail,
        @DefaultValue("noreply.localhost") String coAuthorDomain,
        Path cacheDirectory,
        @Nullable Path localRepository,
        @DefaultValue("3") int concurrency,
        @DefaultValue("60s") Duration gitTimeout,
        @DefaultValue("30s") Duration changesetTimeout,
        @DefaultValue("35s") Duration publishTimeout,
        @DefaultValue("15m") Duration deliveryLimit) {

    private static final Pattern PERSON = Pattern.compile("[^<>\\n\\x00]+");
    private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9.-]+");

    public DeliveryProperties {
        if (cacheDirectory == null) {
            cacheDirectory = Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "millrace-sink");
        }
        matching("bot-name", botName, PERSON, "a name without < and >");
        matching("bot-email", botEmail, PERSON, "an address without < and >");
        matching("co-author-domain", coAuthorDomain, DOMAIN, "a domain such as noreply.example.org");
        if (concurrency < 1) {
            throw new IllegalArgumentException(
                    "millrace.sink.concurrency must be at least 1, not %d".formatted(concurrency));
        }
        positive("git-timeout", gitTimeout);
        positive("changeset-timeout", changesetTimeout);
        positive("publish-timeout", publishTimeout);
        positive("delivery-limit", deliveryLimit);
    }

    private static void matching(String key, String value, Pattern shape, String what) {
        if (value.isBlank() || !shape.matcher(value).matches()) {
            throw new IllegalArgumentException("millrace.sink.%s must be %s, not '%s'".formatted(key, what, value));
        }
    }

    private static void positive(String key, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("millrace.sink.%s must be positive, not %s".formatted(key, value));
        }
    }
}
