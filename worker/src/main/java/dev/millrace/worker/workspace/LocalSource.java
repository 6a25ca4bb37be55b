package dev.millrace.worker.workspace;

import dev.millrace.schemas.id.RepoId;
import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * One git repository on this machine, whatever a task calls it. It is only read: neither work tree nor index nor refs
 * are touched.
 */
public final class LocalSource implements RepositorySource {
    private final Path directory;
    private final int depth;

    /**
     * @param directory of the work tree or a bare repository
     * @param depth how many commits of history the agent sees
     */
    public LocalSource(Path directory, int depth) {
        this.directory = directory;
        this.depth = depth;
        OwnConfigOnly.install();
    }

    @Override
    public Checkout fetch(RepoId repo, String branch) {
        try {
            return checkout(open(), branch);
        } catch (IOException unreadable) {
            throw new RepositoryUnavailable(
                    "the repository in %s cannot be read: %s".formatted(directory, unreadable.getMessage()),
                    unreadable);
        }
    }

    private Repository open() throws IOException {
        var builder = new FileRepositoryBuilder()
                .addCeilingDirectory(directory.toAbsolutePath().toFile())
                .findGitDir(directory.toAbsolutePath().toFile());
        if (builder.getGitDir() == null) {
            throw new RepositoryRefused("%s is not a git repository".formatted(directory));
        }
        return builder.setMustExist(true).build();
    }

    private Checkout checkout(Repository repository, String branch) throws IOException {
        try {
            Ref tip = repository.exactRef(branch.isEmpty() ? headOf(repository) : Constants.R_HEADS + branch);
            if (tip == null || tip.getObjectId() == null) {
                throw new RepositoryRefused(
                        branch.isEmpty()
                                ? "the repository in %s has no commit yet".formatted(directory)
                                : "the repository in %s has no branch '%s'".formatted(directory, branch));
            }
            return new Checkout(
                    repository, tip.getObjectId(), Repository.shortenRefName(tip.getName()), depth, _ -> {});
        } catch (IOException | RuntimeException failed) {
            repository.close();
            throw failed;
        }
    }

    private String headOf(Repository repository) throws IOException {
        Ref head = repository.exactRef(Constants.HEAD);
        if (head == null || !head.isSymbolic()) {
            throw new RepositoryRefused(
                    "the repository in %s is on no branch: name the one to work on".formatted(directory));
        }
        return head.getTarget().getName();
    }
}
