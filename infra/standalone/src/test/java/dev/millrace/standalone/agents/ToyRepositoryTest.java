package dev.millrace.standalone.agents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToyRepositoryTest {
    @TempDir
    private Path directory;

    @Test
    void tellsWhatABranchChanges() throws Exception {
        var toy = ToyRepository.in(directory.resolve("toy"));
        try (var git = Git.open(toy.directory().toFile())) {
            git.checkout().setCreateBranch(true).setName("millrace/x").call();
            Path calculator = toy.directory().resolve("calc.py");
            Files.writeString(calculator, Files.readString(calculator).replace("a - b", "a + b"));
            git.commit()
                    .setAll(true)
                    .setMessage("Mend it")
                    .setAuthor("a", "a@example.com")
                    .setSign(false)
                    .call();
        }

        assertThat(toy.diff("millrace/x").lines())
                .contains("--- a/calc.py", "-    return a - b", "+    return a + b")
                .doesNotContain("--- a/README.md");
    }
}
