package dev.millrace.bench;

/**
 * One line of a benchmark's result.
 *
 * @param unit of median and p95
 * @param n how often it was measured
 * @param toYardstick median over the yardstick's median; 0 for what cannot be compared so
 */
record Figure(String name, String unit, int n, double median, double p95, double toYardstick) {

    static Figure of(String name, Series series, Series yardstick) {
        return new Figure(
                name, "ms", series.size(), series.median(), series.p95(), series.median() / yardstick.median());
    }

    static Figure once(String name, String unit, double value) {
        return new Figure(name, unit, 1, value, value, 0);
    }
}
