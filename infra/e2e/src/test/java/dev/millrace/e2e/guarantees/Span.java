package dev.millrace.e2e.guarantees;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A stretch of time. */
record Span(Instant from, Instant to) {

    Optional<Span> sharedWith(Span other) {
        Instant start = from.isAfter(other.from) ? from : other.from;
        Instant end = to.isBefore(other.to) ? to : other.to;
        return end.isAfter(start) ? Optional.of(new Span(start, end)) : Optional.empty();
    }

    Duration length() {
        return Duration.between(from, to);
    }

    /** How much of it is in none of the others, which do not overlap. */
    Duration without(List<Span> others) {
        return others.stream()
                .flatMap(other -> sharedWith(other).stream())
                .map(Span::length)
                .reduce(length(), Duration::minus);
    }
}
