package dev.millrace.worker.agent;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** When the time for an agent's work is over. */
public record Deadline(InstantSource clock, Instant at) {
    /** That much later than now. */
    public static Deadline in(Duration time, InstantSource clock) {
        return new Deadline(clock, clock.instant().plus(time));
    }

    /** Whether it is over. */
    public boolean passed() {
        return !clock.instant().isBefore(at);
    }

    /** Never less than a millisecond, so that it can bound what is about to start. */
    public Duration left() {
        Duration left = Duration.between(clock.instant(), at);
        return left.toMillis() < 1 ? Duration.ofMillis(1) : left;
    }
}
