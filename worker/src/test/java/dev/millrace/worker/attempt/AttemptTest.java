package dev.millrace.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.schemas.avro.ChangesetPointer;
import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.Timing;
import dev.millrace.schemas.avro.Usage;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.worker.agent.Agent;
import dev.millrace.worker.agent.AgentEnd;
import dev.millrace.worker.agent.AgentLimits;
import dev.millrace.worker.agent.Agents;
import dev.millrace.worker.agent.StepRecord;
import dev.millrace.worker.model.ModelUnavailable;
import dev.millrace.worker.model.gateway.Budget;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.model.gateway.Spends;
import dev.millrace.worker.model.upstream.Tokens;
import dev.millrace.worker.sandbox.DirectorySandbox;
import dev.millrace.worker.sandbox.ImageRefused;
import dev.millrace.worker.sandbox.LimitReached;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.Sandboxes;
import dev.millrace.worker.workspace.LocalSource;
import dev.millrace.worker.workspace.Repo;
import dev.millrace.worker.workspace.RepositoryRefused;
import dev.millrace.worker.workspace.RepositorySettings.WhenVerifyFails;
import dev.millrace.worker.workspace.RepositorySource;
import dev.millrace.worker.workspace.RepositoryUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptTest {
    @TempDir
    private Path directory;

    private String base = "";

    @BeforeEach
    void oneCommit() throws IOException {
        try (var repo = new Repo(directory.resolve("repo"))) {
            base = repo.commit("main", "a.txt", "one").name();
        }
    }

    private final List<StepRecord> steps = new ArrayList<>();
    private final List<Finished> reported = new ArrayList<>();
    private final List<FakeSandbox> opened = new CopyOnWriteArrayList<>();

    private Sandboxes sandboxes = (image, labels) -> {
        try {
            var sandbox = new FakeSandbox(Files.createTempDirectory(directory, "sandbox"), image, labels);
            opened.add(sandbox);
            return sandbox;
        } catch (IOException failed) {
            throw new SandboxUnavailable("no directory", failed);
        }
    };
    private RepositorySource repositories =
            (repo, branch) -> new LocalSource(directory.resolve("repo"), 1).fetch(repo, branch);
    private Agent agent = (assignment, sandbox, spending, transcript) -> new AgentEnd.Done("did it");
    private Attempt.Lease lease = () -> {};

    private void run() throws Exception {
        var attempt = new Attempt(
                sandboxes,
                repositories,
                new Agents(Map.of("test", agent), "test"),
                new Allowed(
                        new AgentLimits(10, Duration.ofMinutes(1), Duration.ofMinutes(1), 1024),
                        List.of("the worker's own"),
                        List.of(),
                        new AttemptProperties(Duration.ofMinutes(1), Duration.ofMinutes(1), 2, WhenVerifyFails.WIP)));
        Attempt.Changesets changesets = change -> new ChangesetPointer(0, 0L, "", 0L);
        attempt.run(
                item(agentName, imageName), lease, new Spending(Budget.UNLIMITED), steps::add, changesets, result -> {
                    openAtReport = opened.stream()
                            .filter(sandbox -> !sandbox.isClosed())
                            .count();
                    reported.add(result);
                });
    }

    private String agentName = "";
    private String imageName = "";
    private long openAtReport;

    private static WorkItem item(String agent, String image) {
        var task = TaskRequest.newBuilder()
                .setTaskId("task-number-1")
                .setRepo("alice/demo")
                .setRequestedBy("alice")
                .setRequestedAt(Instant.EPOCH)
                .setInstruction("do it")
                .setAgent(agent)
                .setImage(image)
                .build();
        return WorkItem.newBuilder()
                .setTaskId("task-number-1")
                .setRepo("alice/demo")
                .setAttempt(2)
                .setOfferedAt(Instant.EPOCH)
                .setTask(task)
                .build();
    }

    private Finished result() throws Exception {
        run();
        assertThat(opened).allMatch(sandbox -> sandbox.isClosed());
        return reported.getFirst();
    }

    @Test
    void unchangedFilesAreNoChangeAndTheBaseIsNamed() throws Exception {
        Finished result = result();
        assertThat(result.getOutcome()).isEqualTo(Outcome.NO_CHANGE);
        assertThat(result.getSummary()).isEqualTo("did it");
        assertThat(result.getBaseCommit()).isEqualTo(base);
        assertThat(result.getBaseBranch()).isEqualTo("main");
    }

    @Test
    void everyPartIsTimedAndTheSetUpIsInTheTranscript() throws Exception {
        assertThat(result().getTimings())
                .extracting(Timing::getPart)
                .containsExactly("repository", "sandbox", "workspace", "lease", "agent", "changeset");
        assertThat(steps).extracting(StepRecord::kind).containsOnly(StepRecord.Kind.SETUP);
    }

    @Test
    void nobodyWaitsForTheSandboxsRemoval() throws Exception {
        result();
        assertThat(openAtReport).isEqualTo(1);
    }

    @Test
    void theSandboxIsLabelledWithTaskAndAttempt() throws Exception {
        run();
        assertThat(opened.getFirst().labels)
                .containsEntry("task", "task-number-1")
                .containsEntry("attempt", "2");
    }

    @Test
    void aTaskWithoutScriptGetsTheWorkersOwn() throws Exception {
        agent = (assignment, sandbox, spending, transcript) -> new AgentEnd.Done(String.join(",", assignment.script()));
        assertThat(result().getSummary()).isEqualTo("the worker's own");
    }

    @Test
    void theSandboxIsOpenedWhileTheRepositoryIsFetched() throws Exception {
        var both = new CyclicBarrier(2);
        Sandboxes opener = sandboxes;
        RepositorySource source = repositories;
        sandboxes = (image, labels) -> {
            meet(both);
            return opener.open(image, labels);
        };
        repositories = (repo, branch) -> {
            meet(both);
            return source.fetch(repo, branch);
        };
        assertThat(result().getOutcome()).isEqualTo(Outcome.NO_CHANGE);
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(1, TimeUnit.MINUTES);
        } catch (Exception alone) {
            throw new AssertionError("nobody else was there", alone);
        }
    }

    @Nested
    class TheImage {
        @BeforeEach
        void ofTheRepository() throws IOException {
            try (var repo = new Repo(directory.resolve("named"))) {
                repo.commit("main", ".millrace.yml", "image: the-repositorys\nother: 1\n");
            }
            repositories = (repo, branch) -> new LocalSource(directory.resolve("named"), 1).fetch(repo, branch);
        }

        @Test
        void isTheRepositorysWhereTheTaskNamesNone() throws Exception {
            result();
            assertThat(opened.getLast().image).isEqualTo("the-repositorys");
            assertThat(steps).anyMatch(step -> step.toString().contains("'other' is no key"));
        }

        @Test
        void isTheTasksOtherwise() throws Exception {
            imageName = "the-tasks";
            result();
            assertThat(opened).singleElement().matches(sandbox -> sandbox.image.equals("the-tasks"));
        }
    }

    @Nested
    class WhatTheAgentDoesIsAResult {
        @Test
        void givingUp() throws Exception {
            agent = (assignment, sandbox, spending, transcript) -> new AgentEnd.GaveUp("too hard");
            assertThat(result().getOutcome()).isEqualTo(Outcome.UNSOLVED);
            assertThat(reported.getFirst().getReason()).isEqualTo("too hard");
        }

        @Test
        void runningOutOfTime() throws Exception {
            agent = (assignment, sandbox, spending, transcript) -> new AgentEnd.OutOfTime("late");
            assertThat(result().getOutcome()).isEqualTo(Outcome.TIMED_OUT);
        }

        @Test
        void runningOutOfBudgetWithWhatItSpent() throws Exception {
            agent = (assignment, sandbox, spending, transcript) -> {
                Spends.on(spending, new Tokens(20, 10, 5, 0));
                return new AgentEnd.OutOfBudget("spent");
            };
            assertThat(result().getOutcome()).isEqualTo(Outcome.OVER_BUDGET);
            assertThat(reported.getFirst().getUsage()).isEqualTo(new Usage(1L, 20L, 10L, 5L, 30L));
            assertThat(steps.getLast().action())
                    .isEqualTo("1 requests to models, 20 tokens in (5 of them cached), 10 out, $0.000030");
        }

        @Test
        void beingPutOffByTheModelsIsNoneButForTheWait() throws Exception {
            agent = (assignment, sandbox, spending, transcript) ->
                    new AgentEnd.PutOff("busy", Duration.ofMillis(41_500));
            assertThat(result().getOutcome()).isEqualTo(Outcome.BROKEN);
            assertThat(reported.getFirst().getReason()).isEqualTo("busy");
            assertThat(reported.getFirst().getTryAfterSeconds()).isEqualTo(42);
        }
    }

    @Nested
    class TheSandbox {
        @Test
        void tellsTheLimitsThatItReachedInTheReason() throws Exception {
            agent = (assignment, sandbox, spending, transcript) -> {
                opened.getFirst().limits = List.of(
                        new LimitReached(LimitReached.Kind.MEMORY, "memory limit of 2 GB reached"),
                        new LimitReached(LimitReached.Kind.PROCESSES, "limit of 512 processes reached"));
                return new AgentEnd.GaveUp("too hard");
            };
            assertThat(result().getReason())
                    .isEqualTo(
                            "too hard. Sandbox limits: memory limit of 2 GB reached; limit of 512 processes reached.");
        }

        @Test
        void tellsThemAlsoWhereThereIsNoOtherReason() throws Exception {
            agent = (assignment, sandbox, spending, transcript) -> {
                opened.getFirst().limits =
                        List.of(new LimitReached(LimitReached.Kind.TIME, "time limit of 5m reached"));
                return new AgentEnd.Done("did it");
            };
            assertThat(result().getReason()).isEqualTo("Sandbox limits: time limit of 5m reached.");
        }

        @Test
        void tellsInTheTranscriptWhatItsImageLacks() throws Exception {
            result();
            assertThat(steps.getFirst().action()).isEqualTo("start a sandbox");
            assertThat(steps.getFirst().observation()).isEqualTo("the image has no git");
        }
    }

    @Nested
    class WhatTheMachineDoesIsAFault {
        @Test
        void noSandbox() throws Exception {
            sandboxes = (image, labels) -> {
                throw new SandboxUnavailable("the engine is away");
            };
            assertThat(result().getOutcome()).isEqualTo(Outcome.BROKEN);
            assertThat(reported.getFirst().getReason()).contains("the engine is away");
        }

        @Test
        void anInterruptWhileTheRepositoryIsFetchedLeavesNoSandboxOpen() {
            repositories = (repo, branch) -> {
                Thread.currentThread().interrupt();
                throw new RepositoryUnavailable("interrupted");
            };
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(AttemptTest.this::run);
            assertThat(opened).allMatch(sandbox -> sandbox.isClosed());
        }

        @Test
        void noRepository() throws Exception {
            repositories = (repo, branch) -> {
                throw new RepositoryUnavailable("the forge is away", new IOException("no route"));
            };
            assertThat(result().getOutcome()).isEqualTo(Outcome.BROKEN);
        }

        @Test
        void noModel() throws Exception {
            agent = (assignment, sandbox, spending, transcript) -> {
                throw new ModelUnavailable("the model is away");
            };
            assertThat(result().getOutcome()).isEqualTo(Outcome.BROKEN);
        }
    }

    @Nested
    class WhatCannotBeDoneIsRefused {
        @Test
        void anUnknownAgentBeforeAnySandbox() throws Exception {
            agentName = "nobody";
            assertThat(result().getOutcome()).isEqualTo(Outcome.REFUSED);
            assertThat(opened).isEmpty();
        }

        @Test
        void aRepositoryWhoseSandboxOpensTooLate() throws Exception {
            var refused = new CountDownLatch(1);
            Sandboxes opener = sandboxes;
            sandboxes = (image, labels) -> {
                while (refused.getCount() > 0) {
                    Thread.onSpinWait();
                }
                return opener.open(image, labels);
            };
            repositories = (repo, branch) -> {
                refused.countDown();
                throw new RepositoryRefused("there is no such branch");
            };
            assertThat(result().getOutcome()).isEqualTo(Outcome.REFUSED);
            assertThat(opened).hasSize(1);
        }

        @Test
        void anImageThatNoSandboxCanBeMadeOf() throws Exception {
            sandboxes = (image, labels) -> {
                throw new ImageRefused("the image x has no sh: agents need it");
            };
            assertThat(result().getOutcome()).isEqualTo(Outcome.REFUSED);
            assertThat(reported.getFirst().getReason()).isEqualTo("the image x has no sh: agents need it");
        }

        @Test
        void anUnknownRepository() throws Exception {
            repositories = (repo, branch) -> {
                throw new RepositoryRefused("there is no such branch");
            };
            assertThat(result().getOutcome()).isEqualTo(Outcome.REFUSED);
        }
    }

    @Nested
    class WithoutALease {
        @Test
        void theAgentNeverRunsAndNothingIsReported() {
            lease = () -> {
                throw new LeaseLost("somebody else has it");
            };
            agent = (assignment, sandbox, spending, transcript) -> {
                throw new AssertionError("the agent ran without a lease");
            };
            assertThatExceptionOfType(LeaseLost.class).isThrownBy(AttemptTest.this::run);
            assertThat(reported).isEmpty();
            assertThat(opened).hasSize(1).allMatch(sandbox -> sandbox.isClosed());
        }

        @Test
        void aSandboxThatFailsBecauseTheAttemptWasStoppedIsNoFault() {
            agent = (assignment, sandbox, spending, transcript) -> {
                Thread.currentThread().interrupt();
                throw new SandboxUnavailable("interrupted");
            };
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(AttemptTest.this::run);
            assertThat(reported).isEmpty();
            assertThat(opened).allMatch(sandbox -> sandbox.isClosed());
        }
    }

    /** One that tells what it was opened for. */
    private static final class FakeSandbox extends DirectorySandbox {
        private final String image;
        private final Map<String, String> labels;
        private volatile List<LimitReached> limits = List.of();

        FakeSandbox(Path directory, String image, Map<String, String> labels) throws IOException {
            super(directory);
            this.image = image;
            this.labels = labels;
        }

        @Override
        public List<LimitReached> limitsReached() {
            return limits;
        }

        @Override
        public List<String> warnings() {
            return List.of("the image has no git");
        }
    }
}
