package dev.millrace.worker.workspace;

import dev.millrace.schemas.id.RepoId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** The bare mirrors of one worker, one directory each. */
final class Mirrors {
    private final Path cache;

    Mirrors(Path cache) {
        this.cache = cache;
    }

    /** Opens a mirror, creating an empty one the first time; one that appears is always whole. */
    Repository open(RepoId repo) throws IOException {
        Path mirror = cache.resolve(repo.key() + ".git").toAbsolutePath();
        if (!Files.isDirectory(mirror)) {
            create(mirror);
        }
        return repository(mirror, true);
    }

    private static void create(Path mirror) throws IOException {
        Path parent = mirror.resolveSibling(".");
        Files.createDirectories(parent);
        Path half = Files.createTempDirectory(parent, ".new-");
        try (Repository repository = repository(half, false)) {
            repository.create(true);
            var config = repository.getConfig();
            // A redirect could send the token elsewhere.
            config.setString("http", null, "followRedirects", "false");
            config.save();
        }
        Files.move(half, mirror, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Repository repository(Path directory, boolean mustExist) throws IOException {
        return new FileRepositoryBuilder()
                .setGitDir(directory.toFile())
                .setBare()
                .setMustExist(mustExist)
                .build();
    }
}
