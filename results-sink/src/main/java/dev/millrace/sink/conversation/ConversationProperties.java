package dev.millrace.sink.conversation;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How comments are kept up to date.
 *
 * @param interval least time between two edits of a comment; a state that is passed within it is not shown
 * @param concurrency comments that are written at the same time
 */
@ConfigurationProperties("millrace.sink.conversation")
public record ConversationProperties(
        @DefaultValue("3s") Duration interval,
        @DefaultValue("1") int concurrency) {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    public ConversationProperties {
        if (interval.isNegative() || interval.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "millrace.sink.conversation.interval must be 0s to 60s, not " + interval);
        }
        if (concurrency < 1) {
            throw new IllegalArgumentException(
                    "millrace.sink.conversation.concurrency must be at least 1, not " + concurrency);
        }
    }
}
