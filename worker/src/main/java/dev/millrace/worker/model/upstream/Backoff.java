package dev.millrace.worker.model.upstream;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** How long to wait before trying again: what the provider asks for, else exponentially longer, always bounded. */
public record Backoff(Duration first, Duration most, InstantSource clock, RandomGenerator random) {

    /**
     * The wait after the given failure.
     *
     * @param failures how many tries failed so far, from 1
     */
    public Duration after(int failures) {
        long steps = Math.min(failures - 1, 20);
        Duration full = shorter(first.multipliedBy(1L << steps));
        // Half fixed, half random: never at once, and not all workers at the same moment.
        return full.dividedBy(2).plusNanos((long) (full.dividedBy(2).toNanos() * random.nextDouble()));
    }

    /** As {@link #after(int)}, but heeding {@code Retry-After-Ms} and {@code Retry-After} of the answer. */
    public Duration after(int failures, HttpHeaders answer) {
        return wish(answer, "retry-after-ms", Backoff::millis)
                .or(() -> wish(answer, "retry-after", this::secondsOrDate))
                .map(this::shorter)
                .orElseGet(() -> after(failures));
    }

    private Duration shorter(Duration wait) {
        return wait.compareTo(most) < 0 ? wait : most;
    }

    private static Optional<Duration> wish(HttpHeaders answer, String header, Function<String, Duration> reader) {
        try {
            return answer.firstValue(header).map(String::strip).map(reader).filter(Duration::isPositive);
        } catch (NumberFormatException | DateTimeParseException _) {
            return Optional.empty();
        }
    }

    private static Duration millis(String value) {
        // Saturates: what is no sensible number of milliseconds is bounded by 'most' anyway.
        return Duration.ofNanos((long) (Double.parseDouble(value) * 1e6));
    }

    private Duration secondsOrDate(String value) {
        if (!value.isEmpty() && Character.isDigit(value.charAt(0))) {
            return millis(value).multipliedBy(1000);
        }
        Instant date =
                ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        return Duration.between(clock.instant(), date);
    }
}
