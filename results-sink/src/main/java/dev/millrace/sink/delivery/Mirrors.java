package dev.millrace.sink.delivery;

import dev.millrace.git.OwnConfigOnly;
import dev.millrace.schemas.id.RepoId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** A bare copy of each repository on this machine; nothing is lost with it, since it can be fetched again. */
final class Mirrors {
    private final Path directory;

    Mirrors(Path directory) {
        OwnConfigOnly.install();
        this.directory = directory;
    }

    /** The repository's copy, created empty if absent; the caller fills and closes it. */
    Repository of(RepoId repo) throws IOException {
        Path place = place(repo);
        Repository mirror =
                new FileRepositoryBuilder().setGitDir(place.toFile()).setBare().build();
        if (!mirror.getObjectDatabase().exists()) {
            Files.createDirectories(place);
            mirror.create(true);
            var config = mirror.getConfig();
            // Nothing may run on after the call that needed it.
            config.setBoolean("gc", null, "autoDetach", false);
            config.save();
        }
        return mirror;
    }

    /** Packs what many fetches left behind, once that is worth it. */
    void tidy(Repository mirror) {
        mirror.autoGC(NullProgressMonitor.INSTANCE);
    }

    /** For a copy that turned out to be damaged. */
    void forget(RepoId repo) throws IOException {
        List<Path> deepestFirst;
        try (var found = Files.walk(place(repo))) {
            deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }

    private Path place(RepoId repo) {
        return directory.resolve(repo.key() + ".git");
    }
}
