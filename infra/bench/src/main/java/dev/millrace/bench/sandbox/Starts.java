package dev.millrace.bench.sandbox;

import dev.millrace.bench.report.Figure;
import dev.millrace.bench.report.Series;
import dev.millrace.bench.report.Table;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** From an attempt's start to its first command: cold, and warm from the pool. */
final class Starts {
    private final Series cold = new Series();
    private final Series warm = new Series();
    private final Series cli = new Series();

    Table measure(Bench bench) throws IOException, InterruptedException {
        try (var fresh = bench.sandboxes(0);
                var pooled = bench.sandboxes(1)) {
            bench.measure(counts -> {
                Clock.time(cold, counts, () -> {
                    try (var sandbox = fresh.open("", Map.of())) {
                        Bench.run(sandbox, "true");
                    }
                });
                Clock.time(warm, counts, () -> {
                    try (var sandbox = pooled.open("", Map.of())) {
                        Bench.run(sandbox, "true");
                    }
                });
                Clock.time(cli, counts, () -> {
                    try (var container = bench.container()) {
                        container.exec("true");
                    }
                });
            });
        }
        return new Table(
                "attempt's start to its first command",
                "docker run -d, then docker exec",
                List.of(
                        Figure.of("docker run -d, then docker exec", cli, cli),
                        Figure.of("sandbox, cold", cold, cli),
                        Figure.of("sandbox, warm from the pool", warm, cli)));
    }
}
