package dev.millrace.bench.report;

import java.util.ArrayList;
import java.util.List;

/** One thing, measured again and again; for one thread. */
public final class Series {
    private final List<Double> values = new ArrayList<>();

    /** A time, kept in milliseconds. */
    public void addNanos(long nanos) {
        add(nanos / 1e6);
    }

    /** A value, in whatever unit all of them are. */
    public void add(double value) {
        values.add(value);
    }

    /** How often it was measured. */
    public int size() {
        return values.size();
    }

    /** The middle one. */
    public double median() {
        return quantile(0.5);
    }

    /** The 95th percentile. */
    public double p95() {
        return quantile(0.95);
    }

    /** The smallest value that is not below the given part of all. */
    private double quantile(double part) {
        if (values.isEmpty()) {
            throw new IllegalStateException("nothing was measured");
        }
        var sorted = values.stream().sorted().toList();
        return sorted.get(Math.max(0, (int) Math.ceil(part * sorted.size()) - 1));
    }
}
