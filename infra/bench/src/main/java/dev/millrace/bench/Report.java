package dev.millrace.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;

/**
 * A benchmark's result, for people or for programs.
 *
 * @param yardstick what the ratios are to
 */
record Report(String benchmark, String yardstick, List<Figure> figures) {

    void print(PrintWriter out, boolean json) {
        if (json) {
            out.println(new JsonMapper().writeValueAsString(this));
        } else {
            table(out);
        }
        out.flush();
    }

    private void table(PrintWriter out) {
        out.printf("%-40s %5s %9s %9s %11s%n", benchmark, "n", "median", "p95", "× yardstick");
        for (Figure figure : figures) {
            out.printf(
                    Locale.ROOT,
                    "%-40s %5d %6.1f %-2s %6.1f %-2s %11s%n",
                    figure.name(),
                    figure.n(),
                    figure.median(),
                    figure.unit(),
                    figure.p95(),
                    figure.unit(),
                    figure.toYardstick() == 0 ? "" : String.format(Locale.ROOT, "%.2f", figure.toYardstick()));
        }
        out.printf("yardstick: %s%n", yardstick);
    }
}
