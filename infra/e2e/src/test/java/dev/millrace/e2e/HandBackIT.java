package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.worker.WorkerApplication;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A worker is told to end while others are there. */
class HandBackIT {
    private static final String REGISTRY = "mock://hand-back";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** So long that nothing can happen because a lease ran out. */
    private static final Map<String, Object> SETTINGS = Map.of(
            "millrace.kafka.schema-registry-url", REGISTRY,
            "millrace.dispatch.lease", "10m",
            "millrace.dispatch.offer-again", "1h",
            "millrace.worker.seats", "1",
            "millrace.worker.sandbox.pool", "0");

    /** Holds the only seat for longer than the rest of a test takes. */
    private static final String LONG_WAIT = Gate.WAIT.replace("seq 600", "seq 3000");

    @TempDir
    private Path directory;

    private ConfigurableApplicationContext worker(World world, String name, String drain) {
        Map<String, Object> settings = new HashMap<>(SETTINGS);
        settings.put("millrace.kafka.bootstrap-servers", world.broker().bootstrapServers());
        settings.put("millrace.kafka.partitions", "2");
        settings.put("millrace.worker.name", name);
        settings.put("millrace.worker.drain", drain);
        settings.put("millrace.worker.sandbox.image", Engine.image());
        settings.put("millrace.worker.repositories.url", world.forgeUrl().toString());
        settings.put(
                "millrace.worker.repositories.cache", directory.resolve(name).toString());
        settings.put("millrace.worker.agent.default", "script");
        return new SpringApplicationBuilder(WorkerApplication.class)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .properties(settings)
                .run();
    }

    @Test
    void whatItRunsGoesOnElsewhereAtOnceAndIsNoFailure() throws Exception {
        try (var world = World.start(directory, SETTINGS)) {
            var first = world.ask(world.newIssue("At the first worker"), LONG_WAIT);
            world.wire().awaitState(first, state -> state.getPhase() == Phase.RUNNING);
            // The only seat is taken: what comes now is another worker's.
            try (var leaving = worker(world, "leaving", "0s")) {
                var task = world.ask(world.newIssue("Handed back"), Gate.WAIT, "echo back > back.txt");
                var running = world.wire().awaitState(task, state -> state.getPhase() == Phase.RUNNING);
                assertThat(running.getWorker()).startsWith("leaving-");
                try (var engine = new Engine()) {
                    await().atMost(LIMIT).until(() -> engine.sandboxes(task).size() == 1);
                    SpringApplication.exit(leaving);
                    await().atMost(LIMIT).until(() -> engine.sandboxes(task).isEmpty());
                }
                world.wire().awaitState(task, state -> state.getPhase() == Phase.OFFERED && state.getAttempt() == 2);
                try (var _ = worker(world, "staying", "0s")) {
                    world.wire().awaitState(task, HandBackIT::runsAtTheOther);
                    awaitSandbox(task);
                    Gate.open(task);
                    var done = world.wire().awaitDone(task);
                    assertThat(done.getOutcome()).isEqualTo(Outcome.SOLVED);
                    assertThat(done.getAttempts().getFirst()).satisfies(past -> {
                        assertThat(past.getBroken()).isFalse();
                        assertThat(past.getReason()).startsWith("handed back by worker leaving-");
                    });
                }
            }
        }
    }

    /** Not only made, but started: only then can its gate be opened. */
    private static void awaitSandbox(TaskId task) {
        try (var engine = new Engine()) {
            await().atMost(LIMIT)
                    .until(() ->
                            engine.sandboxes(task).stream().anyMatch(sandbox -> "running".equals(sandbox.getState())));
        }
    }

    private static boolean runsAtTheOther(TaskState state) {
        return state.getPhase() == Phase.RUNNING && state.getWorker().startsWith("staying-");
    }

    @Test
    void whatEndsWhileItDrainsIsDelivered() throws Exception {
        try (var world = World.start(directory, SETTINGS)) {
            var first = world.ask(world.newIssue("At the first worker"), LONG_WAIT);
            world.wire().awaitState(first, state -> state.getPhase() == Phase.RUNNING);
            var leaving = worker(world, "leaving", "10m");
            try {
                var task = world.ask(world.newIssue("Ends in time"), Gate.WAIT, "echo end > end.txt");
                world.wire().awaitState(task, state -> state.getPhase() == Phase.RUNNING);
                var closing = Thread.ofPlatform().start(leaving::close);
                var later = world.ask(world.newIssue("Too late for it"), "echo later > later.txt");
                world.wire().awaitState(later, state -> state.getPhase() == Phase.OFFERED);
                Gate.open(task);
                var done = world.wire().awaitDone(task);
                closing.join(LIMIT);
                assertThat(closing.isAlive()).as("the worker that drains").isFalse();
                assertThat(done.getOutcome()).isEqualTo(Outcome.SOLVED);
                assertThat(done.getAttempt()).isEqualTo(1);
                assertThat(world.wire().phases(later)).doesNotContain(Phase.RUNNING);
                Gate.open(first);
                world.wire().awaitDone(first);
                assertThat(world.wire().awaitDone(later).getOutcome()).isEqualTo(Outcome.SOLVED);
            } finally {
                SpringApplication.exit(leaving);
            }
        }
    }
}
