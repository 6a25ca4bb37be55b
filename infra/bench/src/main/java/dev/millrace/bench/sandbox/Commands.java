package dev.millrace.bench.sandbox;

import dev.millrace.bench.report.Figure;
import dev.millrace.bench.report.Series;
import dev.millrace.bench.report.Table;
import dev.millrace.standalone.process.OutsideCommand;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One command, {@code true}, each way. */
final class Commands {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Series tether = new Series();
    private final Series api = new Series();
    private final Series cli = new Series();
    private final Series outside = new Series();

    Table measure(Bench bench) throws IOException, InterruptedException {
        try (var sandboxes = bench.sandboxes(0);
                var sandbox = sandboxes.open("", Map.of());
                var container = bench.container()) {
            bench.measure(counts -> {
                Clock.time(tether, counts, () -> Bench.run(sandbox, "true"));
                Clock.time(api, counts, () -> bench.exec().run(container, "true"));
                Clock.time(cli, counts, () -> container.exec("true"));
                Clock.time(outside, counts, () -> OutsideCommand.run(List.of("true"), LIMIT));
            });
        }
        return new Table(
                "one command: true",
                "the tether",
                List.of(
                        Figure.of("through the tether", tether, tether),
                        Figure.of("docker exec, by API", api, tether),
                        Figure.of("docker exec, by CLI", cli, tether),
                        Figure.of("fork and exec, outside any container", outside, tether)));
    }
}
