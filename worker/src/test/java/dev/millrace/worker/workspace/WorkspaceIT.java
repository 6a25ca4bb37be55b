package dev.millrace.worker.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.schemas.id.RepoId;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.docker.DockerSandboxes;
import dev.millrace.worker.sandbox.docker.RealDocker;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.eclipse.jgit.lib.FileMode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** In real sandboxes. */
class WorkspaceIT extends WorkspaceContract {
    private static final String WORKER = "it-" + UUID.randomUUID();
    private static final byte[] LATIN_1 = {'n', (byte) 0xe9, '.', 't', 'x', 't'};

    private static DockerSandboxes sandboxes;

    @BeforeAll
    static void connect() {
        sandboxes = RealDocker.sandboxes(WORKER, Map.of());
    }

    @AfterAll
    static void disconnect() {
        sandboxes.close();
    }

    @Override
    Sandbox open() {
        return sandboxes.open("", Map.of());
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheReason() throws IOException {
        repo.commit("main", "big", "x".repeat(3 << 20));
        try (var small = RealDocker.sandboxes(WORKER, Map.of("workspace-size", "1MB"));
                var tight = small.open("", Map.of());
                var large = new LocalSource(directory, 1).fetch(new RepoId("o", "r"), "")) {
            assertThatExceptionOfType(RepositoryRefused.class)
                    .isThrownBy(() -> new Workspace(tight, large, LIMIT).in())
                    .withMessageContaining("of 1 MiB")
                    .withMessageContaining("workspace-size");
        }
    }

    @Test
    void aNameThatIsNoUtf8GoesInAndOut() throws IOException {
        repo.commit("main", FileMode.REGULAR_FILE, LATIN_1, new byte[] {'x'});
        restart();
        workspace.in();
        assertThat(shell("git status --porcelain").stdout()).isEmpty();
        assertThat(workspace.out()).isEqualTo(new Change.NoChange());

        shell("f=$(printf 'n\\351.txt'); printf y > \"$f\"; printf z > \"new-$f\"");
        assertThat(changedFiles())
                .containsEntry("n\u00e9.txt", "100644 y")
                .containsEntry("new-n\u00e9.txt", "100644 z");
    }

    @Test
    void aDeadSandboxIsNotTheAgentsDoing() {
        workspace.in();
        sandboxes.removeLeftBy(WORKER);

        assertThatExceptionOfType(SandboxUnavailable.class).isThrownBy(() -> workspace.out());
    }
}
