package dev.millrace.ingest.dispatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what was refused, as {@code millrace.dispatch.refused}; thread-safe. */
final class Refusals {
    private final Counter claims;
    private final Counter results;
    private final Counter cancels;

    Refusals(MeterRegistry meters) {
        this.claims = counter(meters, "claim");
        this.results = counter(meters, "result");
        this.cancels = counter(meters, "cancel");
    }

    void count(Effect.Report report) {
        switch (report) {
            case CLAIM -> claims.increment();
            case RESULT -> results.increment();
            case CANCEL -> cancels.increment();
        }
    }

    private static Counter counter(MeterRegistry meters, String report) {
        return Counter.builder("millrace.dispatch.refused")
                .description("Reports that counted for nothing, such as results of a lease that was lost")
                .tag("report", report)
                .register(meters);
    }
}
