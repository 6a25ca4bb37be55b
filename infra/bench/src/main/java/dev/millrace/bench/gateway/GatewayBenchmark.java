package dev.millrace.bench.gateway;

import dev.millrace.bench.report.AtLeastOne;
import dev.millrace.bench.report.Console;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.report.Table;
import dev.millrace.standalone.allinone.Lifetime;
import dev.millrace.standalone.allinone.TemporaryDirectory;
import dev.millrace.standalone.cli.Surroundings;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the model gateway adds. */
@Command(
        name = "gateway",
        description = {
            "What the model gateway adds to a call of a model, streamed and not: out of this",
            "process beside a direct call, and out of a sandbox beside a bare port of the",
            "tether; always to the same scripted model, one way after the other."
        },
        mixinStandardHelpOptions = true)
public final class GatewayBenchmark implements Callable<Integer> {
    @Option(
            names = "--rounds",
            converter = AtLeastOne.class,
            description = "how often each is measured (default: ${DEFAULT-VALUE})")
    private int rounds = 1000;

    @Option(names = "--only", split = ",", description = "parts to measure: ${COMPLETION-CANDIDATES} (default: all)")
    private Set<Part> only = EnumSet.allOf(Part.class);

    @Mixin
    private final Console console = new Console();

    /** Where the calls come from. */
    enum Part {
        HERE,
        SANDBOX
    }

    @Override
    public Integer call() throws Exception {
        List<Table> tables = new ArrayList<>();
        try (var life = new Lifetime()) {
            Surroundings.log(life.keep(new TemporaryDirectory("bench")).resolve("millrace.log"), "OFF");
            for (Part part : EnumSet.copyOf(only)) {
                tables.addAll(
                        switch (part) {
                            case HERE -> new FromHere().measure(rounds, round -> tell(part, round));
                            case SANDBOX ->
                                new FromSandbox()
                                        .measure(
                                                new Surroundings(System.getenv()).image(),
                                                rounds,
                                                round -> tell(part, round));
                        });
            }
        }
        console.print(new Report("gateway", tables));
        return 0;
    }

    private void tell(Part part, int round) {
        if (round % 50 == 0) {
            console.tell("%s round %d of %d".formatted(part.name().toLowerCase(Locale.ROOT), round, rounds));
        }
    }
}
