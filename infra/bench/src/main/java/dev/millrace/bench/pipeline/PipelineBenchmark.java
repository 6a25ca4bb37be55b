package dev.millrace.bench.pipeline;

import dev.millrace.bench.report.AtLeastOne;
import dev.millrace.bench.report.Console;
import dev.millrace.bench.report.Figure;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.report.Series;
import dev.millrace.bench.report.Table;
import dev.millrace.schemas.avro.Step;
import dev.millrace.schemas.avro.StepKind;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.standalone.allinone.Lifetime;
import dev.millrace.standalone.allinone.TemporaryDirectory;
import dev.millrace.standalone.cli.Surroundings;
import dev.millrace.standalone.demo.DemoStages;
import dev.millrace.standalone.demo.RecordedDelivery;
import dev.millrace.standalone.process.OutsideCommand;
import dev.millrace.standalone.watch.TaskWatch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the pipeline adds to a task, beside a bare container's life on the same machine in the same minutes. */
@Command(
        name = "pipeline",
        description = {
            "Webhook to first command in the sandbox, and the whole pipeline per task, for",
            "tasks of the script agent with an empty script; beside it, alternating,",
            "docker run --rm IMAGE true. Start-up and memory of the all-in-one as well."
        },
        mixinStandardHelpOptions = true)
public final class PipelineBenchmark implements Callable<Integer> {
    private static final Duration TASK = Duration.ofMinutes(2);
    private static final Duration CONTAINER = Duration.ofMinutes(1);
    private static final int WARM_UP = 3;

    @Option(
            names = "--rounds",
            converter = AtLeastOne.class,
            description = "tasks to measure (default: ${DEFAULT-VALUE})")
    private int rounds = 30;

    @Mixin
    private final Console console = new Console();

    private String image = "";
    private final Series container = new Series();
    private final Series firstCommand = new Series();
    private final Series whole = new Series();

    @Override
    public Integer call() throws Exception {
        image = new Surroundings(System.getenv()).image();
        try (var life = new Lifetime()) {
            var directory = life.keep(new TemporaryDirectory("bench"));
            Surroundings.log(directory.resolve("millrace.log"), "OFF");
            long start = System.nanoTime();
            var demo = DemoStages.start(life, directory.path(), image, List.of(), Map.of());
            double ready = (System.nanoTime() - start) / 1e6;
            for (int round = 1; round <= rounds + WARM_UP; round++) {
                console.tell("round %d of %d".formatted(Math.max(0, round - WARM_UP), rounds));
                measure(demo, 1000L + round, round > WARM_UP);
            }
            console.print(new Report(
                    "pipeline",
                    List.of(new Table(
                            "pipeline",
                            "docker run --rm IMAGE true",
                            List.of(
                                    Figure.of("docker run --rm IMAGE true", container, container),
                                    Figure.of("webhook to first command in the sandbox", firstCommand, container),
                                    Figure.of("webhook to task done", whole, container),
                                    Figure.once("all-in-one ready after its start", "ms", ready),
                                    Figure.once("heap of the all-in-one, collected", "MB", heap()),
                                    Figure.once(
                                            "resident memory of the all-in-one",
                                            "MB",
                                            resident(ProcessHandle.current().pid())),
                                    Figure.once(
                                            "resident memory of the broker",
                                            "MB",
                                            resident(demo.broker().pid())))))));
        }
        return 0;
    }

    private void measure(DemoStages demo, long issue, boolean counts) throws IOException, InterruptedException {
        long before = System.nanoTime();
        OutsideCommand.run(List.of("docker", "run", "--rm", image, "true"), CONTAINER);
        long contained = System.nanoTime() - before;

        demo.world().labelledIssue(issue);
        var delivery = RecordedDelivery.like(issue);
        var heard = new FirstCommand();
        Instant asked = Instant.now();
        long posted = System.nanoTime();
        var task = new TaskId(demo.door().deliver(delivery.headers(), delivery.body()));
        TaskState done = demo.watch()
                .untilDone(task, TASK, heard)
                .orElseThrow(() -> new IOException("task %s was not done within %s".formatted(task, TASK)));
        long took = System.nanoTime() - posted;
        if (heard.at == null) {
            throw new IOException("task %s never came to a sandbox: %s".formatted(task, done.getReason()));
        }
        if (counts) {
            container.addNanos(contained);
            whole.addNanos(took);
            firstCommand.addNanos(Duration.between(asked, heard.at).toNanos());
        }
    }

    /** The repository's way in is the first command that runs in a sandbox. */
    private static final class FirstCommand implements TaskWatch.Listener {
        private @Nullable Instant at;

        @Override
        public void moved(TaskState state) {
            // only steps count
        }

        @Override
        public void step(Step step) {
            if (step.getKind() == StepKind.SETUP && step.getAction().startsWith("check out")) {
                at = step.getAt().minus(Duration.ofNanos(step.getMicros() * 1_000));
            }
        }
    }

    private static double heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1048576.0;
    }

    private static double resident(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(0);
    }
}
