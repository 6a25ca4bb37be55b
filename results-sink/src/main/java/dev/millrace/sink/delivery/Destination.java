package dev.millrace.sink.delivery;

import dev.millrace.schemas.id.RepoId;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;

/**
 * Where commits go: a forge, or a repository on this machine. Each step may be repeated, with the same effect as doing
 * it once. Steps for one repository come one after the other; different repositories may be used from different threads.
 *
 * <p>Steps throw {@link dev.millrace.gitea.ForgeUnavailable} or {@link IOException} where trying again later may help,
 * and {@link dev.millrace.gitea.ForgeRefused} or {@link DeliveryRefused} where it would not.
 */
interface Destination {

    /** A repository that holds the base commit, up to date; the caller closes it. */
    Repository open(RepoId repo, String baseBranch, ObjectId baseCommit) throws IOException;

    /** What was proposed for the branch before, open or not; always empty where nothing is ever proposed. */
    Optional<Proposed> proposed(RepoId repo, String branch, String baseBranch);

    /**
     * Makes the branch point to the commit. A branch that is there already must be that commit or build on it.
     *
     * @param from holds the commit and all that the base does not have
     */
    void push(RepoId repo, String branch, ObjectId commit, Repository from) throws IOException;

    /** Whether the number is an issue's, so that accepting the change settles it; a pull request's is not. */
    boolean settles(RepoId repo, long number);

    /** Proposes the pushed branch to people, unless it is already; empty where nothing is ever proposed. */
    Optional<Proposed> propose(RepoId repo, Proposal proposal);

    /**
     * Shows at the commit how its task ended.
     *
     * @param good whether it may be what was asked for; work in progress is not
     */
    void mark(RepoId repo, ObjectId commit, boolean good, Optional<Proposed> proposed);

    record Proposal(String title, String body, String branch, String baseBranch) {}

    /**
     * A pull request.
     *
     * @param open whether it may still change: one that people merged or closed is left alone
     */
    record Proposed(long number, URI page, boolean open) {}
}
