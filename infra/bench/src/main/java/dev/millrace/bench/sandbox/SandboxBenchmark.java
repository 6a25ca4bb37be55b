package dev.millrace.bench.sandbox;

import dev.millrace.bench.peer.ExecApi;
import dev.millrace.bench.report.AtLeastOne;
import dev.millrace.bench.report.Console;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.report.Table;
import dev.millrace.standalone.allinone.Lifetime;
import dev.millrace.standalone.allinone.TemporaryDirectory;
import dev.millrace.standalone.cli.Surroundings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a sandbox costs. */
@Command(
        name = "sandbox",
        description = {
            "A command, a start, bytes, connections, memory and processor time of sandboxes,",
            "each in turn with how else it would be done on this machine."
        },
        mixinStandardHelpOptions = true)
public final class SandboxBenchmark implements Callable<Integer> {
    @Option(
            names = "--rounds",
            converter = AtLeastOne.class,
            description = "how often each is measured (default: ${DEFAULT-VALUE})")
    private int rounds = 30;

    @Option(names = "--only", split = ",", description = "parts to measure: ${COMPLETION-CANDIDATES} (default: all)")
    private Set<Part> only = EnumSet.allOf(Part.class);

    @Mixin
    private final Console console = new Console();

    /** What can be measured by itself. */
    enum Part {
        COMMANDS,
        STARTS,
        WARM,
        COLD,
        PROCESSOR,
        BULK,
        PORTS,
        MEMORY;

        Table measure(Bench bench) throws IOException, InterruptedException {
            return switch (this) {
                case COMMANDS -> new Commands().measure(bench);
                case STARTS -> new Starts().measure(bench);
                case WARM -> new Webhooks().measure(bench, 1);
                case COLD -> new Webhooks().measure(bench, 0);
                case PROCESSOR -> new ProcessorTime().measure(bench);
                case BULK -> new Bulk().measure(bench);
                case PORTS -> new Ports().measure(bench);
                case MEMORY -> new Footprint().measure(bench);
            };
        }
    }

    @Override
    public Integer call() throws Exception {
        String image = new Surroundings(System.getenv()).image();
        List<Table> tables = new ArrayList<>();
        try (var life = new Lifetime()) {
            Surroundings.log(life.keep(new TemporaryDirectory("bench")).resolve("millrace.log"), "OFF");
            var exec = life.keep(new ExecApi());
            for (Part part : EnumSet.copyOf(only)) {
                tables.add(part.measure(new Bench(image, rounds, exec, round -> tell(part, round))));
            }
        }
        console.print(new Report("sandbox", tables));
        return 0;
    }

    private void tell(Part part, int round) {
        console.tell("%s round %d of %d".formatted(part.name().toLowerCase(Locale.ROOT), round, rounds));
    }
}
