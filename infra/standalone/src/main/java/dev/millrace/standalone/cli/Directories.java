package dev.millrace.standalone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files and directories of our own. */
final class Directories {
    private Directories() {}

    static Path made(Path directory) {
        try {
            return Files.createDirectories(directory).toAbsolutePath();
        } catch (IOException failed) {
            throw new UserError("%s cannot be made: %s".formatted(directory, failed.getMessage()), failed);
        }
    }
}
