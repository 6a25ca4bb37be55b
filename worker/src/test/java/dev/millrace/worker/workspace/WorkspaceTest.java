package dev.millrace.worker.workspace;

import dev.millrace.worker.sandbox.DirectorySandbox;
import dev.millrace.worker.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** In a directory of this machine. */
class WorkspaceTest extends WorkspaceContract {
    @TempDir
    private Path sandboxDirectory;

    @Override
    Sandbox open() throws IOException {
        return new DirectorySandbox(Files.createTempDirectory(sandboxDirectory, "sandbox"));
    }
}
