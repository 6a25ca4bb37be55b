package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code agents} and {@code agents try} with agents that need no image of their own. */
class AgentsCommandIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String MAKER = """
            about: A made-up agent
            needs: [/bin/sh]
            protocol: messages
            prompt: file
            command: [/bin/sh, -c, "echo made >made.txt", "{prompt-file}"]
            transcript: {format: text}
            steps: []
            ends:
              - exit: 0
                done: Made it
            """;

    private final String image = Engine.image();

    @TempDir
    private Path directory;

    @Test
    void allAreListedWithWhatIsMissing() throws Exception {
        Files.writeString(descriptions().resolve("maker.yaml"), MAKER);
        var ended = run(
                Map.of(
                        "LLM_BASE_URL", "http://127.0.0.1:1/v1",
                        "LLM_MODEL", "some",
                        "MILLRACE_AGENT_IMAGES", "openhands=millrace/agent-openhands:never"),
                "agents",
                "--json",
                "--",
                "--millrace.worker.agent.descriptions=" + descriptions());

        assertThat(ended.code()).as(ended.err()).isZero();
        JsonNode agents = new JsonMapper().readTree(ended.out());
        assertThat(agents.valueStream().map(agent -> agent.path("name").asString()))
                .contains("builtin", "script", "openhands", "codex", "maker");
        assertThat(agent(agents, "builtin").path("ready").asBoolean()).isTrue();
        assertThat(agent(agents, "maker").path("file").asString()).endsWith("/maker.yaml");
        assertThat(agent(agents, "maker").path("missing").toString()).contains("a model that speaks messages");
        assertThat(agent(agents, "openhands").path("missing").toString())
                .contains("the image millrace/agent-openhands:never", "./millrace images openhands")
                .doesNotContain("a model");
    }

    @Test
    void theListFitsATerminal() throws Exception {
        var ended = run(Map.of(), "agents");

        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out().lines())
                .anySatisfy(line -> assertThat(line).matches("claude-code +messages +sandbox +a model \\(messages\\)"))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void aBrokenDescriptionIsToldByFileLineAndReason() throws Exception {
        Path file = Files.writeString(
                descriptions().resolve("maker.yaml"), MAKER.replace("protocol: messages", "protocol: telepathy"));
        var ended = run(Map.of(), "agents", "--", "--millrace.worker.agent.descriptions=" + descriptions());

        assertThat(ended.code()).isNotZero();
        assertThat(ended.err()).contains(file + ":3: 'protocol' must be one of").doesNotContain("\tat ");
    }

    @Test
    void oneIsTriedWithAScriptedModelWhereNoneIsConfigured() throws Exception {
        var ended = run(Map.of(), "agents", "try", "builtin");

        assertThat(ended.code()).as(ended.err() + ended.out()).isZero();
        assertThat(ended.out())
                .contains("scripted, at http://127.0.0.1:", "$ make test", "all is well")
                .contains("-    return a - b\n+    return a + b\n");
    }

    @Test
    void oneThatIsNotThereIsToldWithThoseThatAre() throws Exception {
        var ended = run(Map.of(), "agents", "try", "nobody");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("there is no agent 'nobody', but: aider, builtin, claude-code");
    }

    @Test
    void oneWithoutItsImageIsNotStarted() throws Exception {
        var ended = run(
                Map.of("MILLRACE_AGENT_IMAGES", "openhands=millrace/agent-openhands:never"),
                "demo",
                "--agent",
                "openhands",
                "--exit");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err())
                .contains(
                        "the agent openhands needs the image millrace/agent-openhands:never: ./millrace images openhands");
    }

    private Path descriptions() throws IOException {
        return Files.createDirectories(directory.resolve("descriptions"));
    }

    private static JsonNode agent(JsonNode agents, String name) {
        return agents.valueStream()
                .filter(agent -> agent.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Cli.Ended run(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        var all = new HashMap<>(environment);
        all.put("MILLRACE_SANDBOX_IMAGE", image);
        return new Cli(directory, all).run(LIMIT, arguments);
    }
}
