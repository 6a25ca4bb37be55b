package dev.millrace.sink.changeset;

import dev.millrace.git.Directories;
import dev.millrace.git.OwnConfigOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * A bare repository that sees the base's objects, takes those of one changeset, and is gone when closed: what was
 * refused never lies beside what is trusted. For one thread.
 */
public final class Quarantine implements AutoCloseable {
    private final Path directory;
    private final Repository base;
    private final Repository repository;

    private Quarantine(Path directory, Repository base, Repository repository) {
        this.directory = directory;
        this.base = base;
        this.repository = repository;
    }

    /**
     * Opens one.
     *
     * @param base stays open, and is only read, as long as the quarantine is open
     * @param parent directory that is created if absent
     * @throws IOException if this machine's disk does not do its part
     */
    public static Quarantine over(Repository base, Path parent) throws IOException {
        OwnConfigOnly.install();
        Files.createDirectories(parent);
        Path directory = Files.createTempDirectory(parent, "changeset-");
        try {
            Repository repository = new FileRepositoryBuilder()
                    .setGitDir(directory.toFile())
                    .setBare()
                    .addAlternateObjectDirectory(base.getCommonDirectory()
                            .toPath()
                            .resolve("objects")
                            .toFile())
                    .build();
            repository.create(true);
            return new Quarantine(directory, base, repository);
        } catch (IOException | RuntimeException failed) {
            Directories.remove(directory);
            throw failed;
        }
    }

    public Repository repository() {
        return repository;
    }

    /** Whether the object is new: the base's repository does not hold it, under any name. */
    boolean brings(ObjectId id) throws IOException {
        return !base.getObjectDatabase().has(id);
    }

    /** Never throws; what could not be removed is logged. */
    @Override
    public void close() {
        repository.close();
        Directories.remove(directory);
    }
}
