package dev.millrace.bench.sandbox;

import dev.millrace.bench.report.Figure;
import dev.millrace.bench.report.Series;
import dev.millrace.bench.report.Table;
import dev.millrace.schemas.avro.Step;
import dev.millrace.schemas.avro.StepKind;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.Timing;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.standalone.allinone.Lifetime;
import dev.millrace.standalone.allinone.TemporaryDirectory;
import dev.millrace.standalone.demo.DemoStages;
import dev.millrace.standalone.demo.RecordedDelivery;
import dev.millrace.standalone.watch.TaskWatch;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From a webhook to the first command in a sandbox, in the whole pipeline and on the floor, in turn. */
final class Webhooks {
    private static final Duration TASK = Duration.ofMinutes(2);

    private final Series asked = new Series();
    private final Series queued = new Series();
    private final Series begun = new Series();
    private final Series sandbox = new Series();
    private final Series command = new Series();
    private final Series floor = new Series();

    /** @param pool how many sandboxes each side keeps ready: 0 is cold */
    Table measure(Bench bench, int pool) throws IOException, InterruptedException {
        try (var life = new Lifetime()) {
            var directory = life.keep(new TemporaryDirectory("bench"));
            var demo = DemoStages.start(
                    life,
                    directory.path(),
                    bench.image(),
                    List.of("true"),
                    Map.of("millrace.worker.sandbox.pool", Integer.toString(pool)));
            var sandboxes = life.keep(bench.sandboxes(pool));
            var bare = life.keep(new Floor(demo.stages().kafka(), sandboxes));
            var mine = Readiness.of(sandboxes, pool);
            var theirs = Readiness.of(demo.stages()::gauge, pool);
            long[] issue = {1000};
            bench.measure(counts -> {
                var delivery = RecordedDelivery.like(++issue[0]);
                demo.world().labelledIssue(issue[0]);
                await(counts, mine, theirs);
                long took = bare.deliver(delivery.body());
                if (counts) {
                    floor.addNanos(took);
                }
                await(counts, mine, theirs);
                pipeline(demo, delivery, counts);
            });
        }
        String how = pool == 0 ? "cold" : "warm";
        return new Table(
                "webhook to first command, " + how,
                "the floor: HTTP, produce, consume, the same container",
                List.of(
                        Figure.of("the floor", floor, floor),
                        Figure.of("the pipeline, to ingest's decision", asked, floor),
                        Figure.of("the pipeline, to the task's queue", queued, floor),
                        Figure.of("the pipeline, to a worker that has it", begun, floor),
                        Figure.of("the pipeline, to repository and sandbox", sandbox, floor),
                        Figure.of("the pipeline, to the agent's first command", command, floor)));
    }

    /** Images are kept ready once they were used, which is what the rounds before are for. */
    private static void await(boolean counts, Readiness mine, Readiness theirs)
            throws IOException, InterruptedException {
        if (counts) {
            mine.await();
            theirs.await();
        }
    }

    private void pipeline(DemoStages demo, RecordedDelivery delivery, boolean counts)
            throws IOException, InterruptedException {
        var heard = new Heard();
        Instant posted = Instant.now();
        var task = new TaskId(demo.door().deliver(delivery.headers(), delivery.body()));
        TaskState state = demo.watch()
                .untilDone(task, TASK, heard)
                .orElseThrow(() -> new IOException("task %s was not done within %s".formatted(task, TASK)));
        if (heard.sandbox == null || heard.command == null) {
            throw new IOException("task %s ran no command: %s".formatted(task, state.getReason()));
        }
        if (counts) {
            asked.addNanos(
                    Duration.between(posted, state.getTask().getRequestedAt()).toNanos());
            queued.addNanos(Duration.between(posted, state.getQueuedAt()).toNanos());
            begun.addNanos(Duration.between(posted, begun(state, heard.sandbox)).toNanos());
            sandbox.addNanos(Duration.between(posted, heard.sandbox).toNanos());
            command.addNanos(Duration.between(posted, heard.command).toNanos());
        }
    }

    /** The repository and the sandbox are what an attempt begins with. */
    private static Instant begun(TaskState state, Instant sandboxed) {
        long before = state.getTimings().stream()
                .filter(timing -> timing.getPart().equals("repository")
                        || timing.getPart().equals("sandbox"))
                .mapToLong(Timing::getMicros)
                .sum();
        return sandboxed.minusNanos(before * 1_000);
    }

    private static final class Heard implements TaskWatch.Listener {
        private @Nullable Instant sandbox;
        private @Nullable Instant command;

        @Override
        public void moved(TaskState state) {
            // only steps count
        }

        @Override
        public void step(Step step) {
            if (step.getKind() == StepKind.SETUP && sandbox == null) {
                sandbox = step.getAt();
            } else if (step.getKind() == StepKind.COMMAND && command == null) {
                command = step.getAt();
            }
        }
    }
}
