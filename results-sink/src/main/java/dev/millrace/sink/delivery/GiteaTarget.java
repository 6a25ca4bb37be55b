package dev.millrace.sink.delivery;

import dev.millrace.gitea.ForgeRefused;
import dev.millrace.gitea.Gitea;
import dev.millrace.gitea.Gitea.CommitStatus;
import dev.millrace.gitea.Gitea.NewPullRequest;
import dev.millrace.gitea.Gitea.PullRequest;
import dev.millrace.schemas.id.RepoId;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;

/** Delivers to a Gitea: git over HTTP, and its API. */
final class GiteaTarget implements Destination {
    private static final String CONTEXT = "millrace";
    private static final int CONFLICT = 409;

    private final Gitea gitea;
    private final GitTransfer git;
    private final Mirrors mirrors;

    GiteaTarget(Gitea gitea, GitTransfer git, Mirrors mirrors) {
        this.gitea = gitea;
        this.git = git;
        this.mirrors = mirrors;
    }

    @Override
    public Repository open(RepoId repo, String baseBranch, ObjectId baseCommit) throws IOException {
        Repository mirror = mirrors.of(repo);
        try {
            git.fetch(mirror, repo, gitea.gitUrl(repo));
            mirrors.tidy(mirror);
            if (!holds(mirror, baseBranch, baseCommit)) {
                throw new DeliveryRefused(
                        "The commit that the agent worked on is no longer on branch `%s`; ask for the task again."
                                .formatted(baseBranch));
            }
            return mirror;
        } catch (IOException damaged) {
            mirror.close();
            mirrors.forget(repo);
            throw damaged;
        } catch (RuntimeException failed) {
            mirror.close();
            throw failed;
        }
    }

    @Override
    public Optional<Proposed> proposed(RepoId repo, String branch, String baseBranch) {
        return gitea.pullRequest(repo, branch, baseBranch).map(GiteaTarget::seen);
    }

    @Override
    public void push(RepoId repo, String branch, ObjectId commit, Repository from) throws IOException {
        switch (git.create(branch, commit, from, repo, gitea.gitUrl(repo))) {
            case YES -> {}
            case OTHERWISE_TAKEN -> {
                if (!buildsOn(repo, branch, commit)) {
                    throw new DeliveryRefused(
                            "Branch `%s` is there already and holds something else; remove it and ask for the task again."
                                    .formatted(branch));
                }
            }
        }
    }

    @Override
    public boolean settles(RepoId repo, long number) {
        return number > 0
                && gitea.issue(repo, number).filter(issue -> !issue.pull()).isPresent();
    }

    @Override
    public Optional<Proposed> propose(RepoId repo, Proposal proposal) {
        var earlier = proposed(repo, proposal.branch(), proposal.baseBranch());
        if (earlier.isPresent()) {
            return earlier;
        }
        try {
            return Optional.of(seen(gitea.openPullRequest(
                    repo,
                    new NewPullRequest(proposal.title(), proposal.body(), proposal.branch(), proposal.baseBranch()))));
        } catch (ForgeRefused refused) {
            if (refused.status() != CONFLICT) {
                throw refused;
            }
            // An earlier try, whose answer got lost, did open it.
            return Optional.of(
                    proposed(repo, proposal.branch(), proposal.baseBranch()).orElseThrow(() -> refused));
        }
    }

    @Override
    public void mark(RepoId repo, ObjectId commit, boolean good, Optional<Proposed> proposed) {
        String page = proposed.map(pull -> pull.page().toString()).orElse("");
        gitea.setStatus(
                repo,
                commit.name(),
                good
                        ? new CommitStatus(
                                CommitStatus.State.SUCCESS, CONTEXT, "Done in a sandbox, checked and proposed", page)
                        : new CommitStatus(
                                CommitStatus.State.FAILURE, CONTEXT, "The repository's verification fails", page));
    }

    /** People may have gone on from the bot's commit since. */
    private boolean buildsOn(RepoId repo, String branch, ObjectId commit) throws IOException {
        try (Repository mirror = mirrors.of(repo)) {
            git.fetch(mirror, repo, gitea.gitUrl(repo));
            return holds(mirror, branch, commit);
        }
    }

    private static boolean holds(Repository mirror, String branch, ObjectId commit) throws IOException {
        Ref ref = Repository.isValidRefName("refs/heads/" + branch) ? mirror.exactRef("refs/heads/" + branch) : null;
        if (ref == null) {
            return false;
        }
        try (var walk = new RevWalk(mirror)) {
            return walk.isMergedInto(walk.parseCommit(commit), walk.parseCommit(ref.getObjectId()));
        } catch (MissingObjectException absent) {
            if (commit.equals(absent.getObjectId())) {
                return false;
            }
            throw absent;
        }
    }

    private static Proposed seen(PullRequest pull) {
        return new Proposed(pull.number(), pull.page(), pull.state().equals("open") && !pull.merged());
    }
}
