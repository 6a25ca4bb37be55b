package dev.millrace.worker.agent;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that goes only when told to. */
final class Ticker implements InstantSource {
    private Instant now = Instant.parse("2026-11-01T12:00:00Z");

    @Override
    public Instant instant() {
        return now;
    }

    void forward(Duration time) {
        now = now.plus(time);
    }
}
