package dev.millrace.worker.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.schemas.id.RepoId;
import dev.millrace.worker.workspace.RepositorySettings.Limits;
import dev.millrace.worker.workspace.RepositorySettings.Rules;
import dev.millrace.worker.workspace.RepositorySettings.WhenVerifyFails;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RepositorySettingsTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "---\n"})
    void aFileThatSaysNothingSaysNothing(String text) {
        assertThat(RepositoryFile.read(text)).isEqualTo(RepositorySettings.NONE);
    }

    @Test
    void everythingCanBeSaid() {
        assertThat(RepositoryFile.read("""
                        image: example.org:5000/tools/java:21
                        agent: codex
                        model: small-1.5
                        set-up: make deps
                        verify:
                          - make test
                          - |
                            cd web
                            npm test
                        rounds: 3
                        when-verify-fails: nothing
                        limits: {time: 20m, command-time: 90s, steps: 40}
                        hosts: []
                        instructions: Write tests first.
                        """))
                .isEqualTo(new RepositorySettings(
                        "example.org:5000/tools/java:21",
                        "codex",
                        "small-1.5",
                        List.of("make deps"),
                        List.of("make test", "cd web\nnpm test\n"),
                        3,
                        WhenVerifyFails.NOTHING,
                        new Limits(Duration.ofMinutes(20), Duration.ofSeconds(90), 40),
                        List.of(new Rules(".millrace.yml", "Write tests first.")),
                        List.of()));
    }

    @Test
    void aKeyThatNobodyKnowsIsANoteWithItsLine() {
        assertThat(RepositoryFile.read("image: x\nprivileged: {all: true}\nlimits: {memory: 9}")
                        .notes())
                .containsExactly(
                        ".millrace.yml, line 2: 'privileged' is no key that this worker knows",
                        ".millrace.yml, line 3: 'limits.memory' is no key that this worker knows");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "- image | 1",
                "image | 1",
                "\"a: 1\nimage: [x]\" | 2",
                "\"a: 1\nimage: 7\" | 2",
                "image: -v/:/host | 1",
                "image: a b | 1",
                "\"image: ''\" | 1",
                "\"image: x\nimage: y\" | 2",
                "agent: Codex | 1",
                "model: a b | 1",
                "verify: | 1",
                "\"verify:\n- a\n- [b]\" | 3",
                "\"set-up:\n- ''\" | 2",
                "set-up: {a: b} | 1",
                "rounds: 11 | 1",
                "rounds: -1 | 1",
                "rounds: many | 1",
                "when-verify-fails: draft | 1",
                "limits: 20m | 1",
                "\"limits:\n  time: 20\" | 2",
                "\"limits:\n  time: 0m\" | 2",
                "\"limits:\n  steps: 0\" | 2",
                "\"limits:\n  steps: 1\n  steps: 2\" | 3",
                "instructions: [a] | 1",
                "\"a: 1\nb: [\" | 2",
                "\"? [x]\n: y\" | 1",
                "!!java.net.URL [x] | 1",
                "\"a: 1\n---\nb: 2\" | 2"
            })
    void nonsenseIsRefusedByItsLine(String text, int line) {
        assertThatExceptionOfType(RepositoryRefused.class)
                .isThrownBy(() -> RepositoryFile.read(text))
                .withMessageStartingWith(".millrace.yml, line %d: ", line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b: 1", "\u0007"})
    void charactersThatYamlDoesNotHaveAreRefused(String text) {
        assertThatExceptionOfType(RepositoryRefused.class).isThrownBy(() -> RepositoryFile.read(text));
    }

    @Test
    void nestingIsBounded() {
        assertThatExceptionOfType(RepositoryRefused.class)
                .isThrownBy(() -> RepositoryFile.read("a: " + "[".repeat(1000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hosts: [example.org]", "hosts: example.org", "hosts: {a: b}"})
    void theNetworkIsRefusedRatherThanForgotten(String text) {
        assertThatExceptionOfType(RepositoryRefused.class)
                .isThrownBy(() -> RepositoryFile.read(text))
                .withMessageStartingWith(".millrace.yml, line 1: 'hosts' asks for the network")
                .withMessageContaining("put what is needed into the image");
    }

    @Test
    void commandsAndInstructionsAreBounded() {
        assertThat(RepositoryFile.read("verify:\n" + "- x\n".repeat(20)).verify())
                .hasSize(20);
        for (String text : List.of(
                "verify:\n" + "- x\n".repeat(21),
                "verify: '" + "x".repeat(9_000) + "'",
                "instructions: '" + "x".repeat(17_000) + "'")) {
            assertThatExceptionOfType(RepositoryRefused.class)
                    .isThrownBy(() -> RepositoryFile.read(text))
                    .withMessageStartingWith(".millrace.yml, line ");
        }
    }

    @Test
    void theSchemaForEditorsKnowsTheSameKeys() {
        JsonNode schema = new JsonMapper()
                .readTree(RepositoryFile.class.getResourceAsStream("repository-file.schema.json"))
                .path("properties");
        assertThat(schema.propertyNames()).containsExactlyElementsOf(RepositoryFile.KEYS);
        assertThat(schema.path("limits").path("properties").propertyNames())
                .containsExactlyElementsOf(RepositoryFile.LIMIT_KEYS);
    }

    @Test
    void whatAgentsAreToKnowComesFromTheCommitToo() throws IOException {
        try (var repo = new Repo(directory)) {
            repo.commit("main", "AGENTS.md", "Use tabs.");
            repo.commit("both", ".millrace.yml", "instructions: Use spaces.");
            repo.commit("long", "AGENTS.md", "x".repeat(RepositorySettings.MOST_RULES + 1));
        }
        assertThat(rules("main")).containsExactly(new Rules("AGENTS.md", "Use tabs."));
        assertThat(rules("both"))
                .containsExactly(new Rules("AGENTS.md", "Use tabs."), new Rules(".millrace.yml", "Use spaces."));
        assertThat(rules("long").getFirst().text())
                .hasSizeLessThan(RepositorySettings.MOST_RULES + 100)
                .endsWith("[cut here: read on in the file itself]");
    }

    private List<Rules> rules(String branch) {
        try (var checkout = new LocalSource(directory, 1).fetch(new RepoId("o", "r"), branch)) {
            return RepositorySettings.of(checkout).rules();
        }
    }

    @Test
    void theCommitsFileCounts() throws IOException {
        try (var repo = new Repo(directory)) {
            repo.commit("main", ".millrace.yml", "image: x");
            repo.commit("large", ".millrace.yml", "#".repeat(RepositoryFile.LIMIT + 1));
        }
        var source = new LocalSource(directory, 1);
        try (var main = source.fetch(new RepoId("o", "r"), "main");
                var large = source.fetch(new RepoId("o", "r"), "large")) {
            assertThat(RepositorySettings.of(main).image()).isEqualTo("x");
            assertThatExceptionOfType(RepositoryRefused.class)
                    .isThrownBy(() -> RepositorySettings.of(large))
                    .withMessageContaining("65536");
        }
    }
}
