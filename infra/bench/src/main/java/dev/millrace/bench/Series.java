package dev.millrace.bench;

import java.util.ArrayList;
import java.util.List;

/** Times of one thing, measured again and again; for one thread. */
final class Series {
    private final List<Double> millis = new ArrayList<>();

    void addNanos(long nanos) {
        millis.add(nanos / 1e6);
    }

    int size() {
        return millis.size();
    }

    double median() {
        return quantile(0.5);
    }

    double p95() {
        return quantile(0.95);
    }

    /** The smallest value that is not below the given part of all. */
    private double quantile(double part) {
        if (millis.isEmpty()) {
            throw new IllegalStateException("nothing was measured");
        }
        var sorted = millis.stream().sorted().toList();
        return sorted.get(Math.max(0, (int) Math.ceil(part * sorted.size()) - 1));
    }
}
