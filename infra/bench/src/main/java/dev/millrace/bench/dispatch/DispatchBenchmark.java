package dev.millrace.bench.dispatch;

import dev.millrace.bench.fleet.Fleet;
import dev.millrace.bench.fleet.Member;
import dev.millrace.bench.report.AtLeastOne;
import dev.millrace.bench.report.Console;
import dev.millrace.bench.report.Figure;
import dev.millrace.bench.report.Report;
import dev.millrace.bench.report.Series;
import dev.millrace.bench.report.Table;
import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.standalone.allinone.Lifetime;
import dev.millrace.standalone.allinone.TemporaryDirectory;
import dev.millrace.standalone.cli.Surroundings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long dispatch takes and how much it carries, with workers that are real but for their sandboxes. */
@Command(
        name = "dispatch",
        description = {
            "Request to offer for one request at a time, and tasks per second from request",
            "to outcome for many at once; sandboxes are scripted and take no time. Beside",
            "it, on the same broker, records that are only produced and consumed."
        },
        mixinStandardHelpOptions = true)
public final class DispatchBenchmark implements Callable<Integer> {
    private static final Duration TASK = Duration.ofMinutes(2);
    private static final Duration ALL = Duration.ofMinutes(10);
    private static final List<String> JVM = List.of("-Xmx256m", "-XX:+UseSerialGC");

    @Option(names = "--tasks", converter = AtLeastOne.class, description = "at once (default: ${DEFAULT-VALUE})")
    private int tasks = 10_000;

    @Option(
            names = "--rounds",
            converter = AtLeastOne.class,
            description = "requests one at a time (default: ${DEFAULT-VALUE})")
    private int rounds = 300;

    @Option(
            names = "--seats",
            converter = AtLeastOne.class,
            description = "of all workers together (default: ${DEFAULT-VALUE})")
    private int seats = 64;

    @Option(
            names = "--workers",
            converter = AtLeastOne.class,
            description = "processes that share the seats (default: ${DEFAULT-VALUE})")
    private int workers = 4;

    @Option(
            names = "--repositories",
            converter = AtLeastOne.class,
            description = "that take turns (default: ${DEFAULT-VALUE})")
    private int repositories = 64;

    @Option(
            names = "--partitions",
            converter = AtLeastOne.class,
            description = "of the topics (default: ${DEFAULT-VALUE})")
    private int partitions = 4;

    @Option(names = "--dispatch-jvm", description = "a further JVM option of the dispatch process")
    private List<String> dispatchJvm = List.of();

    @Mixin
    private final Console console = new Console();

    @Override
    public Integer call() throws Exception {
        try (var life = new Lifetime()) {
            var directory = life.keep(new TemporaryDirectory("bench"));
            Surroundings.log(directory.resolve("millrace.log"), "OFF");
            console.tell("starting");
            var fleet = life.keep(Fleet.start(directory.path(), partitions, JVM));
            Member dispatch = fleet.dispatch(
                    "dispatch",
                    dispatchJvm,
                    List.of("--millrace.dispatch.repository-cap=" + seats, "--millrace.dispatch.user-cap=" + seats));
            List<Member> fleetOfWorkers = IntStream.rangeClosed(1, workers)
                    .mapToObj(worker -> fleet.worker(
                            "worker" + worker, List.of("--millrace.worker.seats=" + Math.max(1, seats / workers))))
                    .toList();
            fleet.sink(0, 0);
            var measured = new Measurement(fleet, dispatch, fleetOfWorkers);
            var report = measured.report();
            console.print(report);
        }
        return 0;
    }

    /** One run against one fleet. */
    private final class Measurement {
        private final Fleet fleet;
        private final Member dispatch;
        private final List<Member> workerProcesses;
        private final Requests requests;

        Measurement(Fleet fleet, Member dispatch, List<Member> workerProcesses) {
            this.fleet = fleet;
            this.dispatch = dispatch;
            this.workerProcesses = workerProcesses;
            this.requests = new Requests(fleet.publisher("/millrace/bench"), fleet.topics(), repositories);
        }

        Report report() throws InterruptedException, ExecutionException, TimeoutException {
            try (var offers = Heard.on(
                            fleet.topics().work().name(),
                            fleet.clients().consumer(),
                            fleet.contracts().deserializer(fleet.topics().work()),
                            WorkItem::getTaskId);
                    var outcomes = Heard.on(
                            fleet.topics().outcomes().name(),
                            fleet.clients().consumer(),
                            fleet.contracts().deserializer(fleet.topics().outcomes()),
                            TaskOutcome::getTaskId);
                    var bare = new RoundTrip(fleet)) {
                console.tell("warming up");
                send(outcomes, Math.max(1, tasks / 2));
                bare.many(tasks);
                Table alone = oneAtATime(offers, outcomes, bare);
                Table together = manyAtOnce(outcomes, bare);
                return new Report("dispatch", List.of(alone, together));
            }
        }

        private Table oneAtATime(Heard offers, Heard outcomes, RoundTrip bare)
                throws InterruptedException, TimeoutException {
            var trip = new Series();
            var offered = new Series();
            var ended = new Series();
            for (int round = 1; round <= rounds; round++) {
                if (round % 50 == 1) {
                    console.tell("request %d of %d".formatted(round, rounds));
                }
                trip.addNanos(bare.once());
                long start = System.nanoTime();
                String task = requests.send().task();
                offered.addNanos(offers.await(task, TASK) - start);
                ended.addNanos(outcomes.await(task, TASK) - start);
            }
            return new Table(
                    "dispatch, one request at a time",
                    "a record produced and consumed",
                    List.of(
                            Figure.of("a record produced and consumed", trip, trip),
                            Figure.of("request to offer", offered, trip),
                            Figure.of("request to outcome, a worker included", ended, trip)));
        }

        private Table manyAtOnce(Heard outcomes, RoundTrip bare)
                throws InterruptedException, ExecutionException, TimeoutException {
            console.tell("%d requests at once".formatted(tasks));
            double bareSeconds = bare.many(tasks) / 1e9;
            Written before = Written.now(fleet);
            var cores = new Cores();
            double seconds = send(outcomes, tasks) / 1e9;
            List<Figure> figures = new ArrayList<>();
            figures.add(Figure.once("tasks from request to outcome", "/s", tasks / seconds));
            figures.add(Figure.once("records produced and consumed", "/s", tasks / bareSeconds));
            figures.addAll(cores.used(seconds));
            Written after = Written.now(fleet);
            var topics = fleet.topics();
            String changelog = topics.group("dispatch") + "-tasks-changelog";
            figures.add(perTask("written for a task: all topics", after.since(before)));
            figures.add(perTask(
                    "of these to tasks", after.since(before, topics.tasks().name())));
            figures.add(perTask("of these to dispatch's changelog", after.since(before, changelog)));
            figures.add(perTask(
                    "of these to attempts",
                    after.since(before, topics.attempts().name())));
            figures.add(perTask("of these for share groups", after.since(before, "__share_group_state")));
            figures.add(perTask("of these for transactions", after.since(before, "__transaction_state")));
            return new Table("dispatch, %d requests at once, %d seats".formatted(tasks, seats), "", figures);
        }

        private Figure perTask(String name, long written) {
            return Figure.once(name, "", (double) written / tasks);
        }

        /** Nanoseconds from the first request to the last outcome. */
        private long send(Heard outcomes, int count) throws InterruptedException, TimeoutException {
            outcomes.clear();
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                requests.send();
            }
            outcomes.awaitCount(count, ALL);
            return System.nanoTime() - start;
        }

        /** Which process used how much of the machine. */
        private final class Cores {
            private final Duration broker = brokers();
            private final Duration dispatched = dispatch.processorTime();
            private final Duration worked = ofWorkers();
            private final Duration own = ofThis();

            List<Figure> used(double seconds) {
                return List.of(
                        cores("processors used by the broker", brokers().minus(broker), seconds),
                        cores("by dispatch", dispatch.processorTime().minus(dispatched), seconds),
                        cores("by the workers", ofWorkers().minus(worked), seconds),
                        cores("by the benchmark, its sink included", ofThis().minus(own), seconds),
                        Figure.once(
                                "processors there are", "", Runtime.getRuntime().availableProcessors()));
            }

            private Duration brokers() {
                return time(fleet.broker().pid());
            }

            private Duration ofThis() {
                return time(ProcessHandle.current().pid());
            }

            private Duration ofWorkers() {
                return workerProcesses.stream().map(Member::processorTime).reduce(Duration.ZERO, Duration::plus);
            }
        }
    }

    private static Duration time(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }

    private static Figure cores(String name, Duration used, double seconds) {
        return Figure.once(name, "", used.toMillis() / 1_000.0 / seconds);
    }
}
