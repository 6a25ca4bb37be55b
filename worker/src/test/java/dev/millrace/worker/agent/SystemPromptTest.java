package dev.millrace.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemPromptTest {
    @TempDir
    private Path directory;

    @Test
    void whatAModelHasToKnowIsShort() {
        assertThat(SystemPrompt.read(""))
                .contains("bash", "/workspace", "pull request", "keep")
                .hasSizeLessThan(2500);
    }

    @Test
    void theOperatorsTakesItsPlace() throws Exception {
        Path file = Files.writeString(directory.resolve("prompt.md"), "\nBe brief.\n");

        assertThat(SystemPrompt.read(file.toString())).isEqualTo("Be brief.");
    }

    @Test
    void whatCannotBeUsedIsRefusedByKeyAndRemedy() throws Exception {
        refused(directory.resolve("none"), "cannot be read");
        refused(Files.writeString(directory.resolve("empty"), " \n"), "is empty");
        refused(Files.write(directory.resolve("latin"), new byte[] {'a', (byte) 0xE4}), "is not UTF-8");
        refused(Files.writeString(directory.resolve("book"), "x".repeat(64 * 1024 + 1)), "is longer than 64 KB");
    }

    private static void refused(Path file, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SystemPrompt.read(file.toString()))
                .withMessageContaining("millrace.worker.agent.system-prompt")
                .withMessageContaining(why);
    }
}
