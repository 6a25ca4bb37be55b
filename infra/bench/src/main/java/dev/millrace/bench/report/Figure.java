package dev.millrace.bench.report;

/**
 * One line of a table.
 *
 * @param unit of median and p95
 * @param n how often it was measured
 * @param toYardstick median over the yardstick's median; 0 for what cannot be compared so
 */
public record Figure(String name, String unit, int n, double median, double p95, double toYardstick) {

    /** Of times, in milliseconds. */
    public static Figure of(String name, Series series, Series yardstick) {
        return of(name, "ms", series, yardstick);
    }

    /** Of anything that was measured as often as its yardstick. */
    public static Figure of(String name, String unit, Series series, Series yardstick) {
        return new Figure(
                name, unit, series.size(), series.median(), series.p95(), series.median() / yardstick.median());
    }

    /** Of what has no yardstick. */
    public static Figure alone(String name, String unit, Series series) {
        return new Figure(name, unit, series.size(), series.median(), series.p95(), 0);
    }

    /** Of what was measured once. */
    public static Figure once(String name, String unit, double value) {
        return new Figure(name, unit, 1, value, value, 0);
    }
}
