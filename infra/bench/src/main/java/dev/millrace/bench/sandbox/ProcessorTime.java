package dev.millrace.bench.sandbox;

import dev.millrace.bench.report.Figure;
import dev.millrace.bench.report.Series;
import dev.millrace.bench.report.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Processor time of the whole machine, Docker's processes included, per command and per attempt; what it uses when
 * nothing is done is taken off. Each value is the mean of a batch, since Linux counts in hundredths of a second.
 */
final class ProcessorTime {
    private static final int COMMANDS = 25;
    private static final int ATTEMPTS = 1;
    private static final Duration IDLE = Duration.ofSeconds(5);

    private final Series tether = new Series();
    private final Series api = new Series();
    private final Series attempt = new Series();
    private final Series cli = new Series();

    Table measure(Bench bench) throws IOException, InterruptedException {
        double idle = idle();
        try (var sandboxes = bench.sandboxes(0);
                var sandbox = sandboxes.open("", Map.of());
                var container = bench.container()) {
            bench.measure(counts -> {
                used(tether, counts, idle, COMMANDS, () -> Bench.run(sandbox, "true"));
                used(api, counts, idle, COMMANDS / 5, () -> bench.exec().run(container, "true"));
                used(attempt, counts, idle, ATTEMPTS, () -> {
                    try (var fresh = sandboxes.open("", Map.of())) {
                        Bench.run(fresh, "true");
                    }
                });
                used(cli, counts, idle, ATTEMPTS, () -> {
                    try (var fresh = bench.container()) {
                        fresh.exec("true");
                    }
                });
            });
        }
        return new Table(
                "processor time, Docker's included",
                "the same by Docker's own means",
                List.of(
                        Figure.of("a command through the tether", tether, api),
                        Figure.of("a command by the exec API", api, api),
                        Figure.of("an attempt, sandbox to its removal", attempt, cli),
                        Figure.of("docker run -d, exec, rm", cli, cli)));
    }

    /** Milliseconds per millisecond. */
    private static double idle() throws IOException, InterruptedException {
        double before = Machine.processorMillis();
        Thread.sleep(IDLE);
        return (Machine.processorMillis() - before) / IDLE.toMillis();
    }

    private static void used(Series series, boolean counts, double idle, int times, Clock.Work work)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        double before = Machine.processorMillis();
        for (int i = 0; i < times; i++) {
            work.run();
        }
        double used = Machine.processorMillis() - before - idle * (System.nanoTime() - start) / 1e6;
        if (counts) {
            series.add(Math.max(0, used) / times);
        }
    }
}
