package dev.millrace.bench;

import dev.millrace.bench.dispatch.DispatchBenchmark;
import dev.millrace.bench.gateway.GatewayBenchmark;
import dev.millrace.bench.ingest.IngestBenchmark;
import dev.millrace.bench.pipeline.PipelineBenchmark;
import dev.millrace.bench.sandbox.SandboxBenchmark;
import dev.millrace.standalone.cli.UserError;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The benchmarks, by name. */
@Command(
        name = "bench",
        description = "Measures, side by side in one run: medians, 95th percentiles, ratios.",
        mixinStandardHelpOptions = true,
        subcommands = {
            DispatchBenchmark.class,
            GatewayBenchmark.class,
            IngestBenchmark.class,
            PipelineBenchmark.class,
            SandboxBenchmark.class
        })
public final class Main {
    private static final int USAGE = 2;

    private Main() {}

    /**
     * Runs one benchmark and ends the process.
     *
     * @param arguments its name and options
     */
    public static void main(String[] arguments) {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.exit(new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, line, _) -> {
                    if (failure instanceof UserError) {
                        line.getErr().println("millrace: " + failure.getMessage());
                        return USAGE;
                    }
                    throw failure;
                })
                .execute(arguments));
    }
}
