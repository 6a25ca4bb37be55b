package dev.millrace.bench.fleet;

import dev.millrace.git.OwnConfigOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** The least that a worker can get: one commit of nothing, on {@code main}. */
final class EmptyRepository {
    private static final String MAIN = Constants.R_HEADS + "main";

    private EmptyRepository() {}

    static Path create(Path directory) {
        OwnConfigOnly.install();
        try (var repository = new FileRepositoryBuilder()
                .setBare()
                .setGitDir(directory.toFile())
                .build()) {
            repository.create(true);
            var nobody = new PersonIdent("nobody", "nobody@millrace.invalid", Instant.EPOCH, ZoneOffset.UTC);
            ObjectId commit;
            try (var inserter = repository.newObjectInserter()) {
                var first = new CommitBuilder();
                first.setTreeId(inserter.insert(new TreeFormatter()));
                first.setAuthor(nobody);
                first.setCommitter(nobody);
                first.setMessage("Nothing yet\n");
                commit = inserter.insert(first);
                inserter.flush();
            }
            RefUpdate main = repository.updateRef(MAIN);
            main.setNewObjectId(commit);
            main.update();
            repository.updateRef(Constants.HEAD).link(MAIN);
            return directory;
        } catch (IOException failed) {
            throw new UncheckedIOException("no repository can be made in %s".formatted(directory), failed);
        }
    }
}
