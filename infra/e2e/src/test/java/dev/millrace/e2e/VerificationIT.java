package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Step;
import dev.millrace.schemas.avro.StepKind;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.scripted.Scenario;
import dev.millrace.scripted.ScriptedModel;
import dev.millrace.scripted.Turn;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A repository's own commands, on the whole way: its set-up, its verification, and what becomes of what fails. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerificationIT {
    private static final Map<String, String> FILES =
            Map.of("README.md", "# verified\n", "AGENTS.md", "Greet in capitals.\n", ".millrace.yml", """
            agent: builtin
            set-up: echo made > made-by-set-up.txt
            verify:
              - test -f made-by-set-up.txt
              - |
                grep -q HELLO greeting.txt || { echo the greeting is too low; touch report.txt; exit 3; }
            rounds: 1
            """);

    private World world;
    private ScriptedModel model;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        model = new ScriptedModel(new Scenario(
                List.of(
                        Turn.shell("echo hello > greeting.txt"),
                        Turn.say("I greet."),
                        Turn.shell("echo HELLO > greeting.txt"),
                        Turn.say("I greet in capitals."),
                        Turn.shell("echo hello > greeting.txt"),
                        Turn.say("I greet again."),
                        Turn.say("I see nothing wrong.")),
                Turn.fail(400, "The script is over."),
                null));
        world = World.start(
                directory,
                Map.of("millrace.worker.model.base-url", model.baseUrl(), "millrace.worker.model.name", "scripted"));
    }

    @AfterAll
    void end() {
        world.close();
        model.close();
    }

    @Test
    void theAgentMendsWhatFailsOrThePullRequestIsWorkInProgress() throws Exception {
        var repo = new RepoId("alice", "verified");
        var forge = world.newRepository(repo, FILES);

        var mended = world.wire().awaitDone(world.askIn(repo, "Greet."));
        var mendedTask = new TaskId(mended.getTaskId());
        assertThat(mended.getOutcome()).as(mended.getReason()).isEqualTo(Outcome.SOLVED);
        assertThat(mended.getSummary()).isEqualTo("I greet in capitals.");
        assertThat(Objects.requireNonNull(mended.getVerification()).getRounds()).isEqualTo(1);
        assertThat(model.asked().getFirst().lastMessage()).contains("Greet in capitals.", "grep -q HELLO greeting.txt");
        assertThat(model.asked().get(2).lastMessage()).contains("[exit code 3]\nthe greeting is too low");
        assertThat(world.wire().values(world.topics().transcript(), mendedTask))
                .filteredOn(step -> step.getKind() == StepKind.VERIFY)
                .extracting(Step::getExitCode)
                .containsExactly(0, 3, 0, 0);
        assertThat(forge.pullTextsOf(mendedTask))
                .singleElement()
                .asString()
                .startsWith("A task of the tests\nI greet in capitals.\n\nVerified by the repository's own commands:");
        assertThat(forge.diffOf(forge.pullsOf(mendedTask).getFirst()))
                .contains("+HELLO")
                .doesNotContain("made-by-set-up.txt", "report.txt");

        var failing = world.wire().awaitDone(world.askIn(repo, "Greet once more."));
        var failingTask = new TaskId(failing.getTaskId());
        var delivery = Objects.requireNonNull(failing.getDelivery());
        assertThat(failing.getOutcome()).isEqualTo(Outcome.UNSOLVED);
        assertThat(forge.pullTextsOf(failingTask))
                .singleElement()
                .asString()
                .startsWith("WIP: A task of the tests\n🚧 **Work in progress.**")
                .contains("exit code 3", "the greeting is too low");
        assertThat(forge.statusesOf(delivery.getCommit())).containsExactly("millrace: failure");
    }
}
