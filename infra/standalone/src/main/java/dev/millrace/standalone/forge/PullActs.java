package dev.millrace.standalone.forge;

import dev.millrace.standalone.forge.Ledger.Account;
import dev.millrace.standalone.forge.Ledger.Issue;
import dev.millrace.standalone.forge.Ledger.Pull;
import dev.millrace.standalone.forge.Ledger.Repo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;

/** Pull requests between branches of one repository: opened by people, kept in step with what they push. */
final class PullActs {
    private final Parts parts;
    private final Notices notices;
    private final IssueActs issues;

    PullActs(Parts parts, Notices notices, IssueActs issues) {
        this.parts = parts;
        this.notices = notices;
        this.issues = issues;
    }

    /**
     * Refuses as Gitea does: 422 for a branch into itself, 404 for a branch that is not there, 409 for one that is open
     * already.
     */
    Issue open(Repo repo, Account author, String title, String body, String head, String base) {
        if (head.equals(base)) {
            throw new ApiError(422, "Invalid PullRequest: There are no changes between the head and the base");
        }
        Issue opened;
        try (var git = parts.git(repo)) {
            ObjectId from = Repositories.branch(git, head).orElseThrow(ApiError::notFound);
            ObjectId into = Repositories.branch(git, base).orElseThrow(ApiError::notFound);
            ObjectId fork = Repositories.mergeBase(git, from, into).orElseThrow(ApiError::notFound);
            opened = parts.store().alone(() -> {
                refuseDuplicate(repo, head, base);
                long id = 1
                        + parts.ledger().issues().stream()
                                .filter(i -> i.pull() != null)
                                .count();
                var pull = new Pull(id, head, base, fork.name());
                var issue = issues.draft(repo, author, title, body, issues.nextNumber(repo), pull);
                point(git, issue, from);
                return parts.store().put(issue);
            });
        }
        notices.pull(repo, opened, Objects.requireNonNull(opened.pull()), "opened", "pull_request", author);
        return opened;
    }

    private void refuseDuplicate(Repo repo, String head, String base) {
        between(repo, head, base).filter(Issue::open).findFirst().ifPresent(open -> {
            throw new ApiError(
                    409,
                    "pull request already exists for these targets [id: %d, issue_id: %d, head_repo_id: %d, base_repo_id: %d, head_branch: %s, base_branch: %s]"
                            .formatted(
                                    Objects.requireNonNull(open.pull()).id(),
                                    open.id(),
                                    repo.id(),
                                    repo.id(),
                                    head,
                                    base));
        });
    }

    /** All from one branch to another, oldest first. */
    Stream<Issue> between(Repo repo, String head, String base) {
        return parts.ledger()
                .issuesOf(repo)
                .filter(issue -> issue.pull() != null
                        && issue.pull().head().equals(head)
                        && issue.pull().base().equals(base));
    }

    Issue edit(Repo repo, Issue pull, Account editor, String title, String body, boolean open) {
        var edited = parts.store().alone(() -> parts.store().put(pull.edited(title, body, open, parts.now())));
        String action = open == pull.open() ? "edited" : open ? "reopened" : "closed";
        notices.pull(repo, edited, Objects.requireNonNull(edited.pull()), action, "pull_request", editor);
        return edited;
    }

    /** A branch has moved: so have the open pull requests from it. */
    void pushed(Repo repo, Repository git, String ref, ObjectId after, Account pusher) {
        if (!ref.startsWith(Constants.R_HEADS) || after.equals(ObjectId.zeroId())) {
            return;
        }
        String branch = ref.substring(Constants.R_HEADS.length());
        for (Issue issue : parts.ledger().issuesOf(repo).filter(Issue::open).toList()) {
            var pull = issue.pull();
            if (pull == null || !pull.head().equals(branch)) {
                continue;
            }
            point(git, issue, after);
            Optional<ObjectId> fork =
                    Repositories.branch(git, pull.base()).flatMap(base -> Repositories.mergeBase(git, after, base));
            var moved = new Pull(
                    pull.id(),
                    pull.head(),
                    pull.base(),
                    fork.map(ObjectId::name).orElse(pull.mergeBase()));
            var changed = parts.store().alone(() -> parts.store().put(issue.repulled(moved, parts.now())));
            notices.pull(repo, changed, moved, "synchronized", "pull_request_sync", pusher);
        }
    }

    private static void point(Repository git, Issue issue, ObjectId head) {
        try {
            Repositories.point(git, PullShape.headRef(issue), head, null);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
