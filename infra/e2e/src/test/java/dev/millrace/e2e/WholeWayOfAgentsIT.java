package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.standalone.demo.DemoWorld;
import dev.millrace.standalone.demo.PracticeModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the door to the exit with the agents' real programs, in one world, one after another. */
@Tag("agents")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WholeWayOfAgentsIT {
    private static final Duration TASK = Duration.ofMinutes(4);
    private static final Duration DEMO = Duration.ofMinutes(6);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private @Nullable World world;

    @TempDir
    private static Path directory;

    @AfterAll
    void end() throws Exception {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "codex",
                "claude-code",
                "opencode",
                "qwen-code",
                "openhands",
                "mini-swe-agent",
                "openhands-sdk",
                "aider"
            })
    void aTaskBecomesAPullRequestBy(String agent) throws Exception {
        AgentImages.assume(agent);
        var world = world();

        var task = world.askOf(agent, world.newIssue("Say hello, " + agent));
        var done = world.wire().awaitState(task, TASK, state -> state.getPhase() == Phase.DONE);

        assertThat(done.getOutcome()).as(done.getReason()).isEqualTo(Outcome.SOLVED);
        var delivery = Objects.requireNonNull(done.getDelivery());
        assertThat(world.forge().diffOf(delivery.getPullRequest()))
                .contains("+++ b/" + DemoWorld.EXPECTED_FILE, DemoWorld.EXPECTED_LINE);
    }

    @Test
    void theDemoOfOpenHandsEndsInAPullRequest() throws Exception {
        AgentImages.assume("openhands");

        var ended = new Cli(
                        directory,
                        Map.of(
                                "MILLRACE_SANDBOX_IMAGE",
                                Engine.image(),
                                "MILLRACE_AGENT_IMAGES",
                                AgentImages.tags().replace('\n', ' ')))
                .run(DEMO, "demo", "--agent", "openhands", "--exit");

        assertThat(ended.code()).as(ended.err() + ended.out()).isZero();
        assertThat(ended.out())
                .contains("python -m openhands.core.main -f")
                .contains("./hello.sh")
                .contains(DemoWorld.EXPECTED_LINE)
                .containsPattern("pull request: http://127\\.0\\.0\\.1:\\d+/alice/demo2/pulls/\\d+");
        assertThat(ended.out().lines().filter(line -> line.contains(" s  ")))
                .as("what is told by the second")
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    private World world() throws IOException {
        if (world == null) {
            var model = new PracticeModel(DemoWorld.scenario());
            parts.push(model);
            Map<String, Object> settings = new HashMap<>(model.properties());
            AgentImages.all().forEach((agent, image) -> settings.put("millrace.worker.agent.images." + agent, image));
            settings.put("millrace.worker.seats", "1");
            settings.put("millrace.worker.sandbox.pool", "0");
            world = World.start(directory, settings);
            parts.push(world);
        }
        return world;
    }
}
