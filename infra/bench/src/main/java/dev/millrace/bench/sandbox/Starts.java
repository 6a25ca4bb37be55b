package dev.millrace.bench.sandbox;

import dev.millrace.bench.report.Figure;
import dev.millrace.bench.report.Series;
import dev.millrace.bench.report.Table;
import dev.millrace.worker.sandbox.docker.DockerSandboxes;
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
            var pool = Readiness.of(pooled, 1);
            bench.measure(counts -> {
                await(counts, pool);
                start(fresh, cold, counts);
                await(counts, pool);
                start(pooled, warm, counts);
                await(counts, pool);
                long begun = System.nanoTime();
                try (var container = bench.container()) {
                    container.exec("true");
                    keep(cli, counts, begun);
                }
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

    private static void start(DockerSandboxes sandboxes, Series series, boolean counts) throws IOException {
        long begun = System.nanoTime();
        try (var sandbox = sandboxes.open("", Map.of())) {
            Bench.run(sandbox, "true");
            keep(series, counts, begun);
        }
    }

    private static void await(boolean counts, Readiness pool) throws IOException, InterruptedException {
        if (counts) {
            pool.await();
        }
    }

    /** Before what was started is removed. */
    private static void keep(Series series, boolean counts, long begun) {
        if (counts) {
            series.addNanos(System.nanoTime() - begun);
        }
    }
}
