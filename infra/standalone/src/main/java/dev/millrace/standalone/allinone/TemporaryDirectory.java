package dev.millrace.standalone.allinone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory for one command, removed with all that is in it unless somebody has to look into it. */
public final class TemporaryDirectory implements AutoCloseable {
    private final Path path;
    private volatile boolean kept;

    /**
     * Makes one.
     *
     * @param name a part of its name, for people
     */
    public TemporaryDirectory(String name) {
        try {
            path = Files.createTempDirectory("millrace-" + name + "-");
        } catch (IOException failed) {
            throw new UncheckedIOException("no temporary directory can be made", failed);
        }
    }

    public Path path() {
        return path;
    }

    public Path resolve(String name) {
        return path.resolve(name);
    }

    /** Leaves it for a look. */
    public void keep() {
        kept = true;
    }

    @Override
    public void close() {
        if (kept) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException failed) {
            throw new UncheckedIOException("%s could not be removed".formatted(path), failed);
        }
    }
}
