package dev.millrace.sink.stream;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a record is tried again that could not be handled.
 *
 * @param first wait after the first failure; doubled with each further one
 * @param longest the most that is waited between two tries
 * @param triesOfTheUnknown after how many failures that nobody foresaw a record is given up
 * @param giveUpAfter how old a record becomes for which something is merely away (the forge, the broker, this machine's
 *     disk) until it is given up, too; not before it was tried as often as that
 */
@ConfigurationProperties("millrace.sink.retry")
public record RetryProperties(
        @DefaultValue("1s") Duration first,
        @DefaultValue("30s") Duration longest,
        @DefaultValue("5") int triesOfTheUnknown,
        @DefaultValue("24h") Duration giveUpAfter) {

    public RetryProperties {
        if (!first.isPositive() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "millrace.sink.retry.first (%s) must be positive and not above millrace.sink.retry.longest (%s)"
                            .formatted(first, longest));
        }
        if (giveUpAfter.compareTo(longest) < 0) {
            throw new IllegalArgumentException(
                    "millrace.sink.retry.give-up-after (%s) must not be below millrace.sink.retry.longest (%s)"
                            .formatted(giveUpAfter, longest));
        }
        if (triesOfTheUnknown < 1) {
            throw new IllegalArgumentException(
                    "millrace.sink.retry.tries-of-the-unknown must be at least 1, not " + triesOfTheUnknown);
        }
    }

    Duration after(int failures) {
        Duration wait = first;
        for (int i = 1; i < failures && wait.compareTo(longest) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return wait.compareTo(longest) < 0 ? wait : longest;
    }
}
