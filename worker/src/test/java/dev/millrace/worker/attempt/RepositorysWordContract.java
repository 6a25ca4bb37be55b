package dev.millrace.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.avro.ChangesetPointer;
import dev.millrace.schemas.avro.Check;
import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Remark;
import dev.millrace.schemas.avro.RemarkKind;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.Timing;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.worker.agent.Agent;
import dev.millrace.worker.agent.AgentEnd;
import dev.millrace.worker.agent.AgentLimits;
import dev.millrace.worker.agent.Agents;
import dev.millrace.worker.agent.Assignment;
import dev.millrace.worker.agent.Prompt;
import dev.millrace.worker.agent.StepRecord;
import dev.millrace.worker.model.gateway.Budget;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.workspace.Change;
import dev.millrace.worker.workspace.LocalSource;
import dev.millrace.worker.workspace.Repo;
import dev.millrace.worker.workspace.RepositorySettings.WhenVerifyFails;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code .millrace.yml} brings into an attempt, in whatever sandbox. */
abstract class RepositorysWordContract {
    /** Succeeds once the agent has mended it. */
    private static final String VERIFY = "verify: grep -q mended a.txt || { echo a.txt is not mended; exit 3; }\n";

    @TempDir
    private Path directory;

    private final List<StepRecord> steps = new ArrayList<>();
    private final List<Assignment> assigned = new ArrayList<>();
    private final List<Change.Changed> delivered = new ArrayList<>();
    private final List<String> worked = new ArrayList<>();
    private WhenVerifyFails whenVerifyFails = WhenVerifyFails.WIP;
    private Duration verifyTime = Duration.ofMinutes(1);
    private final TaskRequest.Builder task = TaskRequest.newBuilder()
            .setTaskId("task-number-1")
            .setRepo("alice/demo")
            .setRequestedBy("alice")
            .setRequestedAt(Instant.EPOCH)
            .setInstruction("do it");

    /** An agent that runs one script in each round. */
    final Agent does(String... scripts) {
        return named("does", scripts);
    }

    private Agent named(String name, String... scripts) {
        return (assignment, sandbox, spending, transcript) -> {
            worked.add(name);
            assigned.add(assignment);
            if (assigned.size() > scripts.length) {
                return new AgentEnd.GaveUp("nothing more comes to mind");
            }
            sandbox.run(Command.shell(scripts[assigned.size() - 1], Duration.ofMinutes(1)));
            return new AgentEnd.Done("round " + assigned.size());
        };
    }

    final Finished attempt(String settings, Agent agent) throws Exception {
        return attempt(settings, Map.of("default", agent));
    }

    private Finished attempt(String settings, Map<String, Agent> agents) throws Exception {
        try (var repo = new Repo(directory.resolve("repo"))) {
            repo.commit("main", "AGENTS.md", "Use tabs.");
            repo.commit("main", "a.txt", "one\n");
            repo.commit("main", ".millrace.yml", settings);
        }
        var attempt = new Attempt(
                (image, labels) -> sandbox(),
                (repo, branch) -> new LocalSource(directory.resolve("repo"), 1).fetch(repo, branch),
                new Agents(agents, "default"),
                new Allowed(
                        new AgentLimits(10, Duration.ofMinutes(30), Duration.ofMinutes(5), 1024),
                        List.of(),
                        List.of("large", "small"),
                        new AttemptProperties(Duration.ofMinutes(1), verifyTime, 2, whenVerifyFails)));
        var item = WorkItem.newBuilder()
                .setTaskId("task-number-1")
                .setRepo("alice/demo")
                .setAttempt(1)
                .setOfferedAt(Instant.EPOCH)
                .setTask(task.build())
                .build();
        var reported = new ArrayList<Finished>();
        attempt.run(
                item,
                () -> {},
                new Spending(Budget.UNLIMITED),
                steps::add,
                change -> {
                    delivered.add(change);
                    return new ChangesetPointer(0, 0L, "", 0L);
                },
                reported::add);
        return reported.getFirst();
    }

    /** A sandbox for one attempt. */
    abstract Sandbox sandbox();

    final Path directory() {
        return directory;
    }

    final Map<String, String> deliveredFiles() throws IOException {
        return Repo.files(directory.resolve("repo"), delivered.getFirst());
    }

    @Nested
    class SetUp {
        @Test
        void runsBeforeTheAgentAndIsNoPartOfTheResult() throws Exception {
            var result = attempt(
                    "set-up: [echo made > made.txt, echo more >> a.txt]",
                    does("cat made.txt > new.txt && cat a.txt >> new.txt"));
            assertThat(result.getOutcome()).isEqualTo(Outcome.SOLVED);
            assertThat(deliveredFiles())
                    .containsEntry("new.txt", "100644 made\none\nmore\n")
                    .containsEntry("a.txt", "100644 one\n")
                    .doesNotContainKey("made.txt");
            assertThat(steps)
                    .filteredOn(step -> step.kind() == StepRecord.Kind.SETUP && step.exitCode() != null)
                    .extracting(StepRecord::action)
                    .containsExactly("echo made > made.txt", "echo more >> a.txt");
            assertThat(result.getTimings()).extracting(Timing::getPart).containsSequence("lease", "set-up", "agent");
        }

        @Test
        void thatFailsKeepsTheAgentFromStarting() throws Exception {
            var result = attempt("set-up: [echo fetching; exit 7, echo never]", does("true"));
            assertThat(result.getOutcome()).isEqualTo(Outcome.REFUSED);
            assertThat(result.getReason())
                    .contains("set-up failed", "`echo fetching; exit 7` ended with exit code 7", "\nfetching")
                    .contains("Mend 'set-up' in .millrace.yml");
            assertThat(assigned).isEmpty();
            assertThat(steps).noneMatch(step -> step.action().equals("echo never"));
        }
    }

    @Nested
    class Verification {
        @Test
        void thatPassesIsTold() throws Exception {
            var result = attempt(VERIFY, does("echo mended > a.txt"));
            assertThat(result.getOutcome()).isEqualTo(Outcome.SOLVED);
            assertThat(result.getVerification().getPassed()).isTrue();
            assertThat(result.getVerification().getRounds()).isZero();
            assertThat(result.getVerification().getChecks())
                    .extracting(Check::getExitCode)
                    .containsExactly(0);
            assertThat(steps.getLast().kind()).isEqualTo(StepRecord.Kind.VERIFY);
            assertThat(Prompt.task(assigned.getFirst())).contains("own commands must succeed", "grep -q mended a.txt");
        }

        @Test
        void thatFailsIsGivenBackToTheAgent() throws Exception {
            var result = attempt(VERIFY, does("echo two > a.txt", "echo mended > a.txt"));
            assertThat(result.getOutcome()).isEqualTo(Outcome.SOLVED);
            assertThat(result.getSummary()).isEqualTo("round 2");
            assertThat(result.getVerification().getPassed()).isTrue();
            assertThat(result.getVerification().getRounds()).isEqualTo(1);
            assertThat(Prompt.task(assigned.getLast())).contains("# What failed", "[exit code 3]\na.txt is not mended");
            assertThat(deliveredFiles()).containsEntry("a.txt", "100644 mended\n");
        }

        @Test
        void thatKeepsFailingLeavesWorkInProgress() throws Exception {
            var result = attempt(VERIFY, does("echo 2 > a.txt", "echo 3 > a.txt", "echo 4 > a.txt", "echo 5 > a.txt"));
            assertThat(result.getOutcome()).isEqualTo(Outcome.UNSOLVED);
            assertThat(result.getChangeset()).isNotNull();
            assertThat(result.getSummary()).isEqualTo("round 3");
            assertThat(result.getReason())
                    .startsWith("The repository's verification failed: `grep")
                    .endsWith("ended with exit code 3, and the agent was told 2 times.");
            var verification = result.getVerification();
            assertThat(verification.getPassed()).isFalse();
            assertThat(verification.getRounds()).isEqualTo(2);
            assertThat(verification.getOutput()).isEqualTo("a.txt is not mended\n");
            assertThat(deliveredFiles()).containsEntry("a.txt", "100644 4\n");
        }

        @Test
        void ofAnAgentThatGetsNoFurtherLeavesWhatWasVerified() throws Exception {
            var result = attempt(VERIFY, does("echo two > a.txt"));
            assertThat(result.getOutcome()).isEqualTo(Outcome.UNSOLVED);
            assertThat(result.getReason()).endsWith("told once. It got no further: nothing more comes to mind");
            assertThat(deliveredFiles()).containsEntry("a.txt", "100644 two\n");
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void thatFailsLeavesNothingWhereEitherSideWantsNothing(boolean repository) throws Exception {
            whenVerifyFails = repository ? WhenVerifyFails.WIP : WhenVerifyFails.NOTHING;
            var result = attempt(
                    VERIFY + "rounds: 0\nwhen-verify-fails: " + (repository ? "nothing" : "wip"),
                    does("echo two > a.txt"));
            assertThat(result.getOutcome()).isEqualTo(Outcome.UNSOLVED);
            assertThat(result.getChangeset()).isNull();
            assertThat(result.getVerification().getPassed()).isFalse();
            assertThat(assigned).hasSize(1);
        }

        @Test
        void hasSoMuchTimeAndNoMore() throws Exception {
            verifyTime = Duration.ofMillis(200);
            var result = attempt("{verify: sleep 60, rounds: 0}", does("echo two > a.txt"));
            assertThat(result.getReason()).contains("`sleep 60` took too long.");
            assertThat(result.getVerification().getChecks())
                    .singleElement()
                    .satisfies(check -> assertThat(check.getExitCode()).isNull());
        }

        @Test
        void addsNothingToTheResult() throws Exception {
            attempt(
                    "verify: echo report > report.txt; echo more >> new.txt; grep -q mended a.txt",
                    does("echo x > new.txt", "echo mended > a.txt"));
            assertThat(deliveredFiles()).doesNotContainKey("report.txt").containsEntry("a.txt", "100644 mended\n");
        }

        @Test
        void isNotForWhatIsUnchanged() throws Exception {
            var result = attempt("verify: exit 1", does("true"));
            assertThat(result.getOutcome()).isEqualTo(Outcome.NO_CHANGE);
            assertThat(result.getVerification()).isNull();
        }

        @Test
        void isWhatTheBaseHasWhateverTheAgentWrites() throws Exception {
            var result = attempt(VERIFY + "rounds: 0", does("echo 'verify: exit 0' > .millrace.yml"));
            assertThat(result.getVerification().getPassed()).isFalse();
        }
    }

    @Nested
    class TheChoice {
        @Test
        void ofTheRepositoryCountsWhereTheTaskHasNone() throws Exception {
            attempt(
                    "{agent: other, model: small, limits: {time: 20m, steps: 3}}",
                    Map.of("default", named("default", "true"), "other", named("other", "true")));
            assertThat(worked).containsExactly("other");
            assertThat(assigned.getFirst().model()).isEqualTo("small");
            assertThat(assigned.getFirst().limits())
                    .isEqualTo(new AgentLimits(3, Duration.ofMinutes(20), Duration.ofMinutes(5), 1024));
        }

        @Test
        void ofTheTaskGoesFirst() throws Exception {
            task.setAgent("default").setModel("any");
            attempt(
                    "{agent: other, model: small}",
                    Map.of("default", named("default", "true"), "other", named("other", "true")));
            assertThat(worked).containsExactly("default");
            assertThat(assigned.getFirst().model()).isEqualTo("any");
        }

        @ParameterizedTest
        @ValueSource(strings = {"agent: nobody", "model: huge"})
        void isAmongWhatThereIs(String settings) throws Exception {
            var result = attempt(settings, does("true"));
            assertThat(result.getOutcome()).isEqualTo(Outcome.REFUSED);
            assertThat(result.getReason()).startsWith(".millrace.yml: ").containsAnyOf("default", "large, small");
            assertThat(assigned).isEmpty();
        }

        @Test
        void neverWidensALimit() throws Exception {
            attempt("{rounds: 9, limits: {time: 2h, command-time: 1h, steps: 1000}}", does("true"));
            assertThat(assigned.getFirst().limits())
                    .isEqualTo(new AgentLimits(10, Duration.ofMinutes(30), Duration.ofMinutes(5), 1024));
            assertThat(steps.toString())
                    .contains(
                            "'limits.time' is PT2H, and no more than PT30M is allowed here",
                            "'limits.command-time'",
                            "'limits.steps' is 1000, and no more than 10",
                            "'rounds' is 9, and no more than 2");
        }
    }

    @Test
    void theAgentIsToldWhatWasSaidAndHowToWorkHere() throws Exception {
        task.setConversation(List.of(Remark.newBuilder()
                .setKind(RemarkKind.CODE)
                .setAuthor("bob")
                .setAt(Instant.EPOCH)
                .setText("Off by one?")
                .setPath("a.txt")
                .setLine(1)
                .setCode("+one")
                .build()));
        attempt("instructions: Write tests.", does("true"));
        assertThat(Prompt.task(assigned.getFirst()))
                .contains(
                        "Asked for by alice:", "by bob:", "a.txt:1\n+one\n\nOff by one?", "Use tabs.", "Write tests.");
    }
}
