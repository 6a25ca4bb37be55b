package dev.millrace.standalone.forge;

import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import tools.jackson.databind.node.ObjectNode;

/** Writes a pull request as Gitea does, with what git says of its branches at this moment. */
final class PullShape {
    private final Shapes shapes;
    private final Ledger.Repo repo;
    private final Repository git;

    PullShape(Shapes shapes, Ledger.Repo repo, Repository git) {
        this.shapes = shapes;
        this.repo = repo;
        this.git = git;
    }

    static String headRef(Ledger.Issue issue) {
        return "refs/pull/%d/head".formatted(issue.number());
    }

    ObjectNode of(Ledger.Issue issue, Ledger.Pull pull, Access access) {
        String page = shapes.page(repo, issue);
        var shape = Shapes.object().put("id", pull.id()).put("url", page).put("number", issue.number());
        shape.set("user", shapes.user(issue.author()));
        shape.put("title", issue.title()).put("body", issue.body());
        shapes.discussed(shape, issue);
        var base = Repositories.branch(git, pull.base());
        var branch = Repositories.branch(git, pull.head());
        var head = branch.or(() -> Repositories.resolve(git, headRef(issue)));
        shape.putArray("requested_reviewers");
        shape.putArray("requested_reviewers_teams");
        shape.put("html_url", page)
                .put("diff_url", page + ".diff")
                .put("patch_url", page + ".patch")
                .put("draft", issue.title().startsWith("WIP:"))
                .put("mergeable", issue.open() && base.isPresent() && head.isPresent())
                .put("merged", false)
                .putNull("merged_at")
                .putNull("merge_commit_sha")
                .putNull("merged_by")
                .put("allow_maintainer_edit", false)
                .put("merge_base", pull.mergeBase());
        head.ifPresent(commit -> {
            var size = Changes.size(git, ObjectId.fromString(pull.mergeBase()), commit);
            shape.put("additions", size.added())
                    .put("deletions", size.removed())
                    .put("changed_files", size.files());
        });
        var repository = shapes.repository(repo, access, false);
        shape.set("base", side(pull.base(), pull.base(), name(base), repository));
        // As in Gitea: the label stays the branch's name, the reference does not once the branch is gone.
        shape.set(
                "head",
                side(
                        pull.head(),
                        branch.isPresent() ? pull.head() : headRef(issue),
                        name(head),
                        repository.deepCopy()));
        return shape.put("pin_order", 0);
    }

    private static String name(java.util.Optional<ObjectId> commit) {
        return commit.map(ObjectId::name).orElse("");
    }

    private ObjectNode side(String label, String ref, String sha, ObjectNode repository) {
        var side = Shapes.object()
                .put("label", label)
                .put("ref", ref)
                .put("sha", sha)
                .put("repo_id", repo.id());
        side.set("repo", repository);
        return side;
    }
}
