package dev.millrace.standalone.forge;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The practice forge holds to what Millrace relies on of a Gitea. */
class PracticeForgeContractTest extends GiteaContract {
    private static @Nullable PracticeFixture fixture;

    @BeforeAll
    static void start(@TempDir Path dir, @TempDir Path work) throws IOException, GitAPIException {
        var forge = DemoForge.start(dir);
        fixture = new PracticeFixture(forge, forge.url(), work.resolve("clone"));
    }

    @AfterAll
    static void stop() {
        requireNonNull(fixture).close();
    }

    @Override
    Fixture forge() {
        return requireNonNull(fixture);
    }
}
