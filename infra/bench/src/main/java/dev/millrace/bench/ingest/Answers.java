package dev.millrace.bench.ingest;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * The answers of one side; times are in milliseconds.
 *
 * @param requestsToBare its requests per second over those of the bare server
 * @param p99ToBare its 99th percentile over that of the bare server
 */
record Answers(
        String name, int count, double perSecond, double median, double p99, double requestsToBare, double p99ToBare) {

    static Answers of(String name, Times times, Times bare) {
        return new Answers(
                name,
                times.count(),
                times.perSecond(),
                times.millis(0.5),
                times.millis(0.99),
                times.perSecond() / bare.perSecond(),
                times.millis(0.99) / bare.millis(0.99));
    }

    /**
     * At most 80 columns, or one line of JSON.
     *
     * @param asked how often a webhook that starts a task asked the forge
     */
    static void print(PrintWriter out, boolean json, List<Answers> all, double asked) {
        if (json) {
            out.println(new JsonMapper()
                    .writeValueAsString(Map.of("benchmark", "ingest", "sides", all, "asksOfTheForge", asked)));
        } else {
            out.printf("%-28s %9s %9s %9s %8s %8s%n", "ingest", "answers/s", "median", "p99", "ratio/s", "ratio99");
            for (var one : all) {
                out.printf(
                        "%-28s %9.0f %6.1f ms %6.1f ms %8.2f %8.2f%n",
                        one.name, one.perSecond, one.median, one.p99, one.requestsToBare, one.p99ToBare);
            }
            out.printf("ratios: to the bare HTTP server; a task asks the forge %.1f times%n", asked);
        }
        out.flush();
    }
}
