package dev.millrace.bench.report;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * Figures that were measured side by side.
 *
 * @param yardstick what the ratios are to; empty where there are none
 */
public record Table(String title, String yardstick, List<Figure> figures) {
    public Table {
        figures = List.copyOf(figures);
    }

    void print(PrintWriter out) {
        out.printf("%-44s %4s %9s %9s %7s%n", title, "n", "median", "p95", "ratio");
        for (Figure figure : figures) {
            out.printf(
                    "%-44s %4d %9s %9s %7s%n",
                    figure.name(),
                    figure.n(),
                    value(figure.median(), figure.unit()),
                    value(figure.p95(), figure.unit()),
                    figure.toYardstick() == 0 ? "" : String.format(Locale.ROOT, "%.2f", figure.toYardstick()));
        }
        if (!yardstick.isEmpty()) {
            out.printf("ratio: to %s%n", yardstick);
        }
    }

    /** Three digits that mean something. */
    private static String value(double value, String unit) {
        String digits = value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, digits, value) + " " + unit;
    }
}
