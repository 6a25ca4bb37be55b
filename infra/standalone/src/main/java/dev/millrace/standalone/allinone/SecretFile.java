package dev.millrace.standalone.allinone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Secrets reach the stages through files, as everywhere. */
public final class SecretFile {
    private SecretFile() {}

    /** A file that nobody else may read. */
    public static Path write(Path directory, String name, String content) {
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
