package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Phase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker is killed while a task runs. */
class BrokerDiesIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    /** Longer than the broker takes to come back. */
    private static final Map<String, Object> LONG_LEASE = Map.of("millrace.dispatch.lease", "1m");

    /** Shorter than that. */
    private static final Map<String, Object> SHORT_LEASE =
            Map.of("millrace.dispatch.lease", "3s", "millrace.worker.heartbeat", "500ms");

    @Test
    void theTaskStillEndsInOnePullRequest() throws Exception {
        try (var world = World.start(directory, LONG_LEASE)) {
            long issue = world.newIssue("Outlives a broker");
            var task = world.ask(issue, Gate.WAIT, "echo survived > survived.txt");
            world.wire().awaitState(task, state -> state.getPhase() == Phase.RUNNING);

            long killed = world.broker().pid();
            ProcessHandle.of(killed).orElseThrow().destroyForcibly();
            await().atMost(LIMIT).until(() -> world.broker().pid() != killed);
            world.broker().awaitReady(LIMIT);
            Gate.open(task);

            var done = world.wire().awaitDone(task);
            assertThat(done.getAttempt()).as("the attempt that ran all along").isEqualTo(1);
            assertThat(done.getOutcome()).isEqualTo(Outcome.SOLVED);
            assertThat(world.forge().pullsOf(task))
                    .containsExactly(Objects.requireNonNull(done.getDelivery()).getPullRequest());
            assertThat(world.wire().values(world.topics().outcomes(), task)).hasSize(1);
            // and the next one goes the whole way as ever
            var next = world.ask(world.newIssue("After the broker"), "echo next > next.txt");
            assertThat(world.wire().awaitDone(next).getOutcome()).isEqualTo(Outcome.SOLVED);
        }
    }

    @Test
    void whatCouldNotSayThatItLivesForALeaseStartsAnewAndFailedNothing() throws Exception {
        try (var world = World.start(directory, SHORT_LEASE);
                var engine = new Engine()) {
            var task = world.ask(world.newIssue("Loses its broker"), Gate.WAIT, "echo anew > anew.txt");
            world.wire().awaitState(task, state -> state.getPhase() == Phase.RUNNING);
            await().atMost(LIMIT).until(() -> engine.sandboxes(task).size() == 1);
            String before = engine.sandboxes(task).getFirst().getId();

            long killed = world.broker().pid();
            ProcessHandle.of(killed).orElseThrow().destroyForcibly();
            await("the first sandbox to be gone")
                    .atMost(LIMIT)
                    .until(() -> engine.sandboxes(task).stream()
                            .noneMatch(sandbox -> sandbox.getId().equals(before)));
            world.broker().awaitReady(LIMIT);
            world.wire().awaitState(task, state -> state.getPhase() == Phase.RUNNING && state.getAttempt() == 2);
            Gate.open(task);

            var done = world.wire().awaitDone(task);
            assertThat(done.getOutcome()).isEqualTo(Outcome.SOLVED);
            assertThat(world.wire().values(world.topics().outcomes(), task)).hasSize(1);
        }
    }
}
