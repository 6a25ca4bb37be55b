package dev.millrace.standalone.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

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

    /** A file that nobody else may read. */
    static Path secret(Path directory, String name, String content) {
        try {
            Path file = directory.resolve(name);
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(file, content, StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException("%s cannot be written in %s".formatted(name, directory), failed);
        }
    }
}
