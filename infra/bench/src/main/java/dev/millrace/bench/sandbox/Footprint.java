package dev.millrace.bench.sandbox;

import dev.millrace.bench.peer.Cli;
import dev.millrace.bench.report.Figure;
import dev.millrace.bench.report.Series;
import dev.millrace.bench.report.Table;
import dev.millrace.worker.sandbox.Sandbox;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Memory of idle sandboxes. */
final class Footprint {
    private static final double HOST_MEGABYTES = 8 * 1024;

    private final Series tether = new Series();
    private final Series shim = new Series();
    private final Series both = new Series();

    Table measure(Bench bench) throws IOException, InterruptedException {
        List<Sandbox> open = new ArrayList<>();
        try (var sandboxes = bench.sandboxes(0)) {
            sandboxes.open("", Map.of()).close();
            double before = Machine.availableMegabytes();
            for (int i = 1; i <= bench.rounds(); i++) {
                bench.progress().accept(i);
                var sandbox = sandboxes.open("", Map.of("task", "footprint"));
                open.add(sandbox);
                Bench.run(sandbox, "true");
            }
            double each = (before - Machine.availableMegabytes()) / bench.rounds();
            weigh();
            open.forEach(Sandbox::close);
            return new Table(
                    "memory of an idle sandbox",
                    "",
                    List.of(
                            Figure.alone("the tether (share)", "MB", tether),
                            Figure.alone("containerd's shim (share)", "MB", shim),
                            Figure.alone("both", "MB", both),
                            Figure.once("less memory available, for each", "MB", each),
                            Figure.once("fit in 8 GB", "", HOST_MEGABYTES / Math.max(each, both.median()))));
        }
    }

    private void weigh() throws IOException, InterruptedException {
        String ids = Cli.docker("ps", "-q", "--filter", "label=dev.millrace.task=footprint");
        for (String id : ids.lines().toList()) {
            long main = Long.parseLong(Cli.docker("inspect", "-f", "{{.State.Pid}}", id));
            double inside = Machine.shareOf(main);
            double above = Machine.shareOf(Machine.parentOf(main));
            tether.add(inside);
            shim.add(above);
            both.add(inside + above);
        }
    }
}
