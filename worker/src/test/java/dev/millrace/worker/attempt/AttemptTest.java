package dev.millrace.worker.attempt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.schemas.avro.ChangesetPointer;
import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.Timing;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.worker.agent.Agent;
import dev.millrace.worker.agent.AgentEnd;
import dev.millrace.worker.agent.AgentLimits;
import dev.millrace.worker.agent.Agents;
import dev.millrace.worker.agent.StepRecord;
import dev.millrace.worker.model.ModelUnavailable;
import dev.millrace.worker.model.ModelUsage;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.CommandsOnly;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.Sandboxes;
import dev.millrace.worker.workspace.Checkout;
import dev.millrace.worker.workspace.RepositoryRefused;
import dev.millrace.worker.workspace.RepositorySource;
import dev.millrace.worker.workspace.RepositoryUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AttemptTest {
    private static final String BASE = "b".repeat(40);

    private final List<StepRecord> steps = new ArrayList<>();
    private final List<Finished> reported = new ArrayList<>();
    private final List<FakeSandbox> opened = new ArrayList<>();

    private Sandboxes sandboxes = (image, labels) -> {
        var sandbox = new FakeSandbox(labels);
        opened.add(sandbox);
        return sandbox;
    };
    private RepositorySource repositories = (repo, branch) -> new FakeCheckout();
    private Agent agent = (assignment, sandbox, transcript) -> new AgentEnd.Done("did it", ModelUsage.NONE);
    private Attempt.Lease lease = () -> {};

    private void run() throws Exception {
        var attempt = new Attempt(
                sandboxes,
                repositories,
                new Agents(Map.of("test", agent), "test"),
                new AgentLimits(10, Duration.ofMinutes(1), Duration.ofMinutes(1), 1024),
                List.of("the worker's own"));
        Attempt.Changesets changesets = change -> new ChangesetPointer(0, 0L, "", 0L);
        attempt.run(item(agentName), lease, steps::add, changesets, result -> {
            openAtReport = opened.stream().filter(sandbox -> !sandbox.closed).count();
            reported.add(result);
        });
    }

    private String agentName = "";
    private long openAtReport;

    private static WorkItem item(String agent) {
        var task = TaskRequest.newBuilder()
                .setTaskId("task-number-1")
                .setRepo("alice/demo")
                .setRequestedBy("alice")
                .setRequestedAt(Instant.EPOCH)
                .setInstruction("do it")
                .setAgent(agent)
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
        assertThat(opened).allMatch(sandbox -> sandbox.closed);
        return reported.getFirst();
    }

    @Test
    void unchangedFilesAreNoChangeAndTheBaseIsNamed() throws Exception {
        Finished result = result();
        assertThat(result.getOutcome()).isEqualTo(Outcome.NO_CHANGE);
        assertThat(result.getSummary()).isEqualTo("did it");
        assertThat(result.getBaseCommit()).isEqualTo(BASE);
        assertThat(result.getBaseBranch()).isEqualTo("main");
    }

    @Test
    void everyPartIsTimedAndTheSetUpIsInTheTranscript() throws Exception {
        assertThat(result().getTimings())
                .extracting(Timing::getPart)
                .containsExactly("sandbox", "repository", "workspace", "lease", "agent", "changeset");
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
        agent = (assignment, sandbox, transcript) ->
                new AgentEnd.Done(String.join(",", assignment.script()), ModelUsage.NONE);
        assertThat(result().getSummary()).isEqualTo("the worker's own");
    }

    @Nested
    class WhatTheAgentDoesIsAResult {
        @Test
        void givingUp() throws Exception {
            agent = (assignment, sandbox, transcript) -> new AgentEnd.GaveUp("too hard", ModelUsage.NONE);
            assertThat(result().getOutcome()).isEqualTo(Outcome.UNSOLVED);
            assertThat(reported.getFirst().getReason()).isEqualTo("too hard");
        }

        @Test
        void runningOutOfTime() throws Exception {
            agent = (assignment, sandbox, transcript) -> new AgentEnd.OutOfTime("late", ModelUsage.NONE);
            assertThat(result().getOutcome()).isEqualTo(Outcome.TIMED_OUT);
        }

        @Test
        void runningOutOfBudgetWithWhatItSpent() throws Exception {
            agent = (assignment, sandbox, transcript) ->
                    new AgentEnd.OutOfBudget("spent", new ModelUsage(3, 20, 10, 5));
            assertThat(result().getOutcome()).isEqualTo(Outcome.OVER_BUDGET);
            assertThat(reported.getFirst().getUsage().getTokensIn()).isEqualTo(20);
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
        void noRepository() throws Exception {
            repositories = (repo, branch) -> {
                throw new RepositoryUnavailable("the forge is away", new IOException("no route"));
            };
            assertThat(result().getOutcome()).isEqualTo(Outcome.BROKEN);
        }

        @Test
        void noModel() throws Exception {
            agent = (assignment, sandbox, transcript) -> {
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
            agent = (assignment, sandbox, transcript) -> {
                throw new AssertionError("the agent ran without a lease");
            };
            assertThatExceptionOfType(LeaseLost.class).isThrownBy(AttemptTest.this::run);
            assertThat(reported).isEmpty();
            assertThat(opened).hasSize(1).allMatch(sandbox -> sandbox.closed);
        }

        @Test
        void aSandboxThatFailsBecauseTheAttemptWasStoppedIsNoFault() {
            agent = (assignment, sandbox, transcript) -> {
                Thread.currentThread().interrupt();
                throw new SandboxUnavailable("interrupted");
            };
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(AttemptTest.this::run);
            assertThat(reported).isEmpty();
            assertThat(opened).allMatch(sandbox -> sandbox.closed);
        }
    }

    /** Takes the repository, and gives back the same files. */
    private static final class FakeSandbox extends CommandsOnly {
        private final Map<String, String> labels;
        private boolean closed;

        FakeSandbox(Map<String, String> labels) {
            this.labels = labels;
        }

        @Override
        public Ended run(Command command) {
            throw new IllegalStateException("nothing here runs commands");
        }

        @Override
        public Ended pipe(Command command, InputStream stdin, OutputStream stdout) {
            if (closed) {
                throw new IllegalStateException("pipe after close");
            }
            try {
                stdin.readAllBytes();
                stdout.write("same\n".getBytes(US_ASCII));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            return new Ended(0, "", "", false, Duration.ZERO);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static final class FakeCheckout implements Checkout {
        @Override
        public String baseCommit() {
            return BASE;
        }

        @Override
        public String baseBranch() {
            return "main";
        }

        @Override
        public Set<String> shallow() {
            return Set.of(BASE);
        }

        @Override
        public void writePack(OutputStream pack) throws IOException {
            pack.write(0);
        }

        @Override
        public void close() {}
    }
}
