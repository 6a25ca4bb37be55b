package dev.millrace.standalone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** The repository that {@code run} is asked to work on; looked at before anything is started. */
final class LocalRepository {
    private LocalRepository() {}

    /**
     * The repository's directory, fit to be worked on.
     *
     * @param directory a work tree's root or a bare repository
     * @param base the branch to start from; empty for the current one
     * @throws UserError if there is nothing to start from
     */
    static Path checked(Path directory, String base) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new UserError("--repo: there is no directory %s".formatted(directory));
        }
        Path real = directory.toRealPath();
        var builder =
                new FileRepositoryBuilder().addCeilingDirectory(real.toFile()).findGitDir(real.toFile());
        if (builder.getGitDir() == null) {
            throw new UserError("--repo: %s is no git repository".formatted(directory));
        }
        try (Repository repository = builder.setMustExist(true).build()) {
            checkStart(repository, directory, base);
        }
        return real;
    }

    private static void checkStart(Repository repository, Path directory, String base) throws IOException {
        if (!base.isEmpty()) {
            if (repository.exactRef(Constants.R_HEADS + base) == null) {
                throw new UserError("--base: %s has no branch '%s'".formatted(directory, base));
            }
            return;
        }
        Ref head = repository.exactRef(Constants.HEAD);
        if (head == null || head.getObjectId() == null) {
            throw new UserError("--repo: %s has no commit to start from yet".formatted(directory));
        }
        if (!head.isSymbolic()) {
            throw new UserError("--repo: %s is on no branch (a detached HEAD): name the one to start from with --base"
                    .formatted(directory));
        }
    }
}
