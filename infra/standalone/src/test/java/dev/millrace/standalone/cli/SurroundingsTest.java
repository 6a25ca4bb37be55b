package dev.millrace.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SurroundingsTest {
    @TempDir
    private Path directory;

    @Test
    void aMissingImageIsToldWithItsRemedy() {
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> new Surroundings(Map.of()).image())
                .withMessageContaining("./millrace")
                .withMessageContaining("MILLRACE_SANDBOX_IMAGE");
    }

    @Test
    void aModelNeedsAddressAndName() {
        assertThat(new Surroundings(Map.of("LLM_BASE_URL", "http://m")).hasModel())
                .isFalse();
        assertThat(new Surroundings(Map.of("LLM_BASE_URL", "http://m", "LLM_MODEL", " ")).hasModel())
                .isFalse();
        assertThat(new Surroundings(Map.of("LLM_BASE_URL", "http://m", "LLM_MODEL", "x")).hasModel())
                .isTrue();
    }

    @Test
    void theModelBecomesTheWorkersProperties() {
        var model = new Surroundings(Map.of("LLM_BASE_URL", "http://m", "LLM_MODEL", "x", "LLM_API_KEY", "k")).model();
        assertThat(model)
                .containsOnly(
                        Map.entry("millrace.worker.model.base-url", "http://m"),
                        Map.entry("millrace.worker.model.name", "x"),
                        Map.entry("millrace.worker.model.key", "k"));
    }

    @Test
    void theImagesOfAgentsBecomeTheWorkersProperties() {
        var surroundings =
                new Surroundings(Map.of("MILLRACE_AGENT_IMAGES", " codex=millrace/agent-codex:1\n openhands-sdk=x:2 "));

        assertThat(surroundings.agents())
                .containsOnly(
                        Map.entry("millrace.worker.agent.images.codex", "millrace/agent-codex:1"),
                        Map.entry("millrace.worker.agent.images.openhands-sdk", "x:2"));
        assertThat(new Surroundings(Map.of()).agents()).isEmpty();
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> new Surroundings(Map.of("MILLRACE_AGENT_IMAGES", "codex")).agents())
                .withMessageContaining("AGENT=IMAGE")
                .withMessageContaining("'codex'");
    }

    @Test
    void aSecretsFileMustBeNamedAndReadable() throws Exception {
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> new Surroundings(Map.of()).file("GITEA_TOKEN_FILE", "the bot's token"))
                .withMessageContaining("set GITEA_TOKEN_FILE to a file with the bot's token");
        Path absent = directory.resolve("absent");
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> new Surroundings(Map.of("GITEA_TOKEN_FILE", absent.toString()))
                        .file("GITEA_TOKEN_FILE", "the bot's token"))
                .withMessageContaining(absent.toString());
        Path there = Files.writeString(directory.resolve("there"), "t");
        assertThat(new Surroundings(Map.of("GITEA_TOKEN_FILE", there.toString())).file("GITEA_TOKEN_FILE", ""))
                .isEqualTo(there);
    }

    @Test
    void timesAreWrittenAsPeopleDo() {
        assertThat(Durations.parse("--limit", "90s")).isEqualTo(Duration.ofSeconds(90));
        assertThat(Durations.parse("--limit", "2h")).isEqualTo(Duration.ofHours(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-5m", "0s"})
    void whatIsNoTimeIsToldWithTheOption(String text) {
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> Durations.parse("--limit", text))
                .withMessageContaining("--limit");
    }
}
