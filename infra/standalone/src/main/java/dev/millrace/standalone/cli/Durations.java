package dev.millrace.standalone.cli;

import java.time.Duration;
import org.springframework.boot.convert.DurationStyle;

/** Times as people write them: 30s, 5m, 1h. */
final class Durations {
    private Durations() {}

    static Duration parse(String option, String text) {
        try {
            Duration duration = DurationStyle.detectAndParse(text);
            if (duration.isPositive()) {
                return duration;
            }
        } catch (IllegalArgumentException nonsense) {
            throw new UserError("%s: '%s' is no time; write 30s, 5m or 1h".formatted(option, text), nonsense);
        }
        throw new UserError("%s: '%s' must be positive".formatted(option, text));
    }
}
