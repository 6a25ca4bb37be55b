package dev.millrace.worker.attempt;

import dev.millrace.worker.sandbox.DirectorySandbox;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.IOException;
import java.nio.file.Files;

/** In a directory of this machine. */
class RepositorysWordTest extends RepositorysWordContract {
    @Override
    Sandbox sandbox() {
        try {
            return new DirectorySandbox(Files.createTempDirectory(directory(), "sandbox"));
        } catch (IOException failed) {
            throw new SandboxUnavailable("no directory", failed);
        }
    }
}
