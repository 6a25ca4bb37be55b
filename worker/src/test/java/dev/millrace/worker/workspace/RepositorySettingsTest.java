package dev.millrace.worker.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.schemas.id.RepoId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositorySettingsTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "---\n"})
    void aFileThatSaysNothingNamesNoImage(String text) {
        assertThat(RepositorySettings.parse(text)).isEqualTo(new RepositorySettings("", List.of()));
    }

    @Test
    void theImageIsTheOneKey() {
        assertThat(RepositorySettings.parse("image: example.org:5000/tools/java:21\n"))
                .isEqualTo(new RepositorySettings("example.org:5000/tools/java:21", List.of()));
    }

    @Test
    void aKeyThatNobodyKnowsIsANoteWithItsLine() {
        assertThat(RepositorySettings.parse("image: x\nprivileged: {all: true}\n")
                        .notes())
                .containsExactly(".millrace.yml, line 2: 'privileged' is no key that this worker knows");
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
                "\"a: 1\nb: [\" | 2",
                "\"? [x]\n: y\" | 1",
                "!!java.net.URL [x] | 1",
                "\"a: 1\n---\nb: 2\" | 2"
            })
    void nonsenseIsRefusedByItsLine(String text, int line) {
        assertThatExceptionOfType(RepositoryRefused.class)
                .isThrownBy(() -> RepositorySettings.parse(text))
                .withMessageStartingWith(".millrace.yml, line %d: ", line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b: 1", "\u0007"})
    void charactersThatYamlDoesNotHaveAreRefused(String text) {
        assertThatExceptionOfType(RepositoryRefused.class).isThrownBy(() -> RepositorySettings.parse(text));
    }

    @Test
    void nestingIsBounded() {
        assertThatExceptionOfType(RepositoryRefused.class)
                .isThrownBy(() -> RepositorySettings.parse("a: " + "[".repeat(1000)));
    }

    @Test
    void theCommitsFileCounts() throws IOException {
        try (var repo = new Repo(directory)) {
            repo.commit("main", ".millrace.yml", "image: x");
            repo.commit("large", ".millrace.yml", "#".repeat(RepositorySettings.LIMIT + 1));
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
