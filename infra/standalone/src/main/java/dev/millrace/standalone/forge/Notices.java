package dev.millrace.standalone.forge;

import dev.millrace.standalone.forge.Ledger.Account;
import dev.millrace.standalone.forge.Ledger.Event;
import dev.millrace.standalone.forge.Ledger.Issue;
import dev.millrace.standalone.forge.Ledger.Repo;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import tools.jackson.databind.node.ObjectNode;

/** Tells the webhooks what happened, in Gitea's payloads. */
final class Notices {
    private static final int MOST_COMMITS = 5;

    private final Parts parts;

    Notices(Parts parts) {
        this.parts = parts;
    }

    /** @param type tells opened, labelled and assigned apart where the event's name does not */
    void issue(Repo repo, Issue issue, String action, String type, Account sender) {
        var payload = Shapes.object().put("action", action).put("number", issue.number());
        payload.set("issue", parts.shapes().issue(repo, issue));
        fire(repo, "issues", type, payload, sender);
    }

    void comment(Repo repo, Issue issue, Event comment, String action, Account sender) {
        boolean pull = issue.pull() != null;
        var payload = Shapes.object().put("action", action);
        payload.set("issue", parts.shapes().issue(repo, issue));
        payload.set("comment", parts.shapes().comment(repo, issue, comment));
        payload.put("is_pull", pull);
        fire(repo, "issue_comment", pull ? "pull_request_comment" : "issue_comment", payload, sender);
    }

    void pull(Repo repo, Issue issue, Ledger.Pull pull, String action, String type, Account sender) {
        var payload = aboutPull(repo, issue, pull, action, sender);
        payload.putNull("requested_reviewer").put("commit_id", "").putNull("review");
        fire(repo, "pull_request", type, payload, sender);
    }

    void reviewRequested(Repo repo, Issue issue, Ledger.Pull pull, String reviewer, Account sender) {
        var payload = aboutPull(repo, issue, pull, "review_requested", sender);
        payload.set("requested_reviewer", parts.shapes().user(reviewer));
        payload.put("commit_id", "").putNull("review");
        fire(repo, "pull_request", "pull_request_review_request", payload, sender);
    }

    /** What was said of lines is left out, as in Gitea. */
    void reviewed(Repo repo, Issue issue, Ledger.Pull pull, Ledger.Review review, Account sender) {
        String word = switch (review.state()) {
            case "APPROVED" -> "approved";
            case "REQUEST_CHANGES" -> "rejected";
            default -> "comment";
        };
        String type = "pull_request_review_" + word;
        var payload = aboutPull(repo, issue, pull, "reviewed", sender);
        payload.set("requested_reviewer", parts.shapes().user(sender.login()));
        payload.put("commit_id", review.commit());
        payload.putObject("review").put("type", type).put("content", review.body());
        fire(repo, "pull_request_" + word, type, payload, sender);
    }

    private ObjectNode aboutPull(Repo repo, Issue issue, Ledger.Pull pull, String action, Account sender) {
        var payload = Shapes.object().put("action", action).put("number", issue.number());
        try (var git = parts.git(repo)) {
            var shape = new PullShape(parts.shapes(), repo, git).of(issue, pull, repo.of(sender));
            payload.set("pull_request", shape);
        }
        return payload;
    }

    /** A zero id stands for a branch that was not there before, or is gone. */
    private ObjectNode pushed(Repo repo, Repository git, String ref, ObjectId before, ObjectId after, Account pusher) {
        var payload = Shapes.object()
                .put("ref", ref)
                .put("before", before.name())
                .put("after", after.name())
                .put(
                        "compare_url",
                        "%s/compare/%s...%s".formatted(parts.shapes().page(repo, null), before.name(), after.name()));
        var commits = payload.putArray("commits");
        if (after.equals(ObjectId.zeroId())) {
            payload.put("total_commits", 0).putNull("head_commit");
        } else {
            ObjectId known = before.equals(ObjectId.zeroId())
                    ? Repositories.branch(git, repo.defaultBranch()).orElse(before)
                    : before;
            var fresh = Changes.between(git, known, after);
            for (var commit : fresh.subList(0, Math.min(MOST_COMMITS, fresh.size()))) {
                commits.add(parts.shapes().commits(repo).pushed(commit, Changes.paths(git, commit)));
            }
            payload.put("total_commits", fresh.size());
            Repositories.commit(git, after.name())
                    .ifPresent(head -> payload.set(
                            "head_commit", parts.shapes().commits(repo).pushed(head, Changes.paths(git, head))));
        }
        payload.set("pusher", parts.shapes().user(pusher.login()));
        return payload;
    }

    void push(Repo repo, Repository git, String ref, ObjectId before, ObjectId after, Account pusher) {
        fire(repo, "push", "push", pushed(repo, git, ref, before, after, pusher), pusher);
    }

    /** Tells one webhook alone of a push that changed nothing. */
    void test(Ledger.Hook hook, Repo repo, Repository git, String ref, ObjectId head, Account asker) {
        var payload = pushed(repo, git, ref, head, head, asker);
        complete(repo, payload, asker);
        parts.webhooks().send(hook, "push", "push", payload);
    }

    private void complete(Repo repo, ObjectNode payload, Account sender) {
        payload.set("repository", parts.repositoryShape(repo, sender));
        payload.set("sender", parts.shapes().user(sender.login()));
    }

    private void fire(Repo repo, String event, String type, ObjectNode payload, Account sender) {
        complete(repo, payload, sender);
        parts.webhooks().fire(parts.ledger(), repo, event, type, payload);
    }
}
