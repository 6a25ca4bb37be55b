package dev.millrace.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
    private static Series millis(int... values) {
        var series = new Series();
        IntStream.of(values).forEach(value -> series.addNanos(value * 1_000_000L));
        return series;
    }

    private static String printed(boolean json) {
        var series = millis(200, 400, 600);
        var out = new StringWriter();
        new Report(
                        "pipeline",
                        List.of(new Table(
                                "the whole way",
                                "a container",
                                List.of(Figure.of("whole", series, millis(100)), Figure.once("heap", "MB", 45)))))
                .print(new PrintWriter(out), json);
        return out.toString();
    }

    @Test
    void theMedianIsTheMiddleAndThe95thPercentileNearlyTheWorst() {
        var series = millis(IntStream.rangeClosed(1, 100).map(i -> 101 - i).toArray());
        assertThat(series.median()).isEqualTo(50);
        assertThat(series.p95()).isEqualTo(95);
    }

    @Test
    void nothingMeasuredIsNoFigure() {
        assertThatIllegalStateException().isThrownBy(() -> new Series().median());
    }

    @Test
    void theTableFitsATerminalAndNamesItsYardstick() {
        assertThat(printed(false).lines()).allMatch(line -> line.length() <= 80);
        assertThat(printed(false)).contains("400 ms", "4.00", "ratio: to a container");
    }

    @Test
    void programsGetJson() {
        var json = new JsonMapper().readTree(printed(true));
        assertThat(json.path("tables")
                        .path(0)
                        .path("figures")
                        .path(0)
                        .path("toYardstick")
                        .asDouble())
                .isEqualTo(4.0);
        assertThat(json.path("tables")
                        .path(0)
                        .path("figures")
                        .path(1)
                        .path("unit")
                        .asString())
                .isEqualTo("MB");
    }
}
