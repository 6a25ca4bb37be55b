package dev.millrace.worker.workspace;

import dev.millrace.schemas.id.RepoId;

/** Where repositories come from. Thread-safe. */
public interface RepositorySource {

    /**
     * The newest commit of a branch, with its content at hand.
     *
     * @param branch empty for the repository's default branch
     * @throws RepositoryUnavailable if the forge or this machine failed
     * @throws RepositoryRefused if there is no such repository or branch
     */
    Checkout fetch(RepoId repo, String branch);
}
