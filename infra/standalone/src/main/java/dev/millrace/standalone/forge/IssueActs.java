package dev.millrace.standalone.forge;

import dev.millrace.standalone.forge.Ledger.Account;
import dev.millrace.standalone.forge.Ledger.Event;
import dev.millrace.standalone.forge.Ledger.Issue;
import dev.millrace.standalone.forge.Ledger.Reaction;
import dev.millrace.standalone.forge.Ledger.Repo;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What people do with issues: each act changes the ledger, adds to the timeline, and tells the webhooks. */
final class IssueActs {
    private final Parts parts;
    private final Notices notices;

    IssueActs(Parts parts, Notices notices) {
        this.parts = parts;
        this.notices = notices;
    }

    /** @param number to give it; empty for the next free one */
    Issue open(Repo repo, Account author, String title, String body, OptionalLong number) {
        var issue = parts.store().alone(() -> {
            long given = number.orElseGet(() -> nextNumber(repo));
            if (parts.ledger().issue(repo, given).isPresent()) {
                throw new IllegalArgumentException("%s#%d is there already".formatted(repo.repoId(), given));
            }
            return parts.store().put(draft(repo, author, title, body, given, null));
        });
        notices.issue(repo, issue, "opened", "issues", author);
        return issue;
    }

    /** An issue that is not kept yet; within {@link Store#alone} only, for its id. */
    Issue draft(Repo repo, Account author, String title, String body, long number, Ledger.@Nullable Pull pull) {
        var now = parts.now();
        return new Issue(
                Ledger.nextId(parts.ledger().issues()),
                repo.id(),
                number,
                author.login(),
                title,
                body,
                true,
                List.of(),
                List.of(),
                pull,
                now,
                now);
    }

    /** Issues and pull requests of a repository are counted together. */
    long nextNumber(Repo repo) {
        return 1 + parts.ledger().issuesOf(repo).mapToLong(Issue::number).max().orElse(0);
    }

    Event comment(Repo repo, Issue issue, Account author, String body) {
        var comment = parts.store().alone(() -> {
            touch(issue);
            return record(issue, Event.Kind.COMMENT, author, body, null, null);
        });
        notices.comment(repo, current(issue), comment, "created", author);
        return comment;
    }

    Event edit(Repo repo, Issue issue, Event comment, Account editor, String body) {
        var edited = parts.store().alone(() -> {
            touch(issue);
            return parts.store()
                    .put(new Event(
                            comment.id(),
                            comment.issue(),
                            comment.kind(),
                            comment.author(),
                            body,
                            null,
                            null,
                            null,
                            comment.created(),
                            parts.now()));
        });
        if (!comment.body().equals(body)) {
            notices.comment(repo, current(issue), edited, "edited", editor);
        }
        return edited;
    }

    /**
     * Gives the issue exactly these labels. As in Gitea, the webhook says {@code label_updated} for additions and
     * removals alike and even where nothing changed; the timeline has an entry for each change.
     */
    Issue label(Repo repo, Issue issue, Account actor, List<Long> labels) {
        var changed = parts.store().alone(() -> {
            var before = current(issue);
            for (long added : without(labels, before.labels())) {
                record(issue, Event.Kind.LABEL, actor, "1", added, null);
            }
            for (long removed : without(before.labels(), labels)) {
                record(issue, Event.Kind.LABEL, actor, "", removed, null);
            }
            return parts.store().put(before.labelled(labels, parts.now()));
        });
        tell(repo, changed, "label_updated", "label", actor);
        return changed;
    }

    /** Takes all labels away; as in Gitea, the webhook still lists them. */
    void clearLabels(Repo repo, Issue issue, Account actor) {
        var before = current(issue);
        parts.store().alone(() -> {
            for (long removed : before.labels()) {
                record(issue, Event.Kind.LABEL, actor, "", removed, null);
            }
            return parts.store().put(before.labelled(List.of(), parts.now()));
        });
        tell(repo, before, "label_cleared", "label", actor);
    }

    Issue assign(Repo repo, Issue issue, Account actor, List<String> assignees) {
        var changed = parts.store().alone(() -> {
            for (String assignee : assignees) {
                record(issue, Event.Kind.ASSIGNEES, actor, "", null, assignee);
            }
            return parts.store().put(current(issue).assigned(assignees, parts.now()));
        });
        tell(repo, changed, "assigned", "assign", actor);
        return changed;
    }

    /** Who is taken off is told as a webhook of its own, as who is put on is. */
    Issue reassign(Repo repo, Issue issue, Account actor, List<String> assignees) {
        var before = current(issue).assignees();
        var changed = current(issue);
        if (!without(assignees, before).isEmpty()) {
            changed = assign(repo, issue, actor, assignees);
        } else if (!without(before, assignees).isEmpty()) {
            changed = parts.store().alone(() -> parts.store().put(current(issue).assigned(assignees, parts.now())));
            tell(repo, changed, "unassigned", "assign", actor);
        }
        return changed;
    }

    Issue edit(Repo repo, Issue issue, Account editor, String title, String body, boolean open) {
        var edited =
                parts.store().alone(() -> parts.store().put(current(issue).edited(title, body, open, parts.now())));
        if (open != issue.open()) {
            notices.issue(repo, edited, open ? "reopened" : "closed", "issues", editor);
        } else if (!title.equals(issue.title()) || !body.equals(issue.body())) {
            notices.issue(repo, edited, "edited", "issues", editor);
        }
        return edited;
    }

    private void tell(Repo repo, Issue issue, String action, String kind, Account actor) {
        var pull = issue.pull();
        if (pull == null) {
            notices.issue(repo, issue, action, "issue_" + kind, actor);
        } else {
            notices.pull(repo, issue, pull, action, "pull_request_" + kind, actor);
        }
    }

    /** The reaction, and whether it is new. */
    record Reacted(Reaction reaction, boolean fresh) {}

    Reacted react(boolean onComment, long target, Account author, String content) {
        return parts.store().alone(() -> {
            Optional<Reaction> same = parts.ledger().reactions().stream()
                    .filter(r -> r.onComment() == onComment
                            && r.target() == target
                            && r.author().equals(author.login())
                            && r.content().equals(content))
                    .findFirst();
            if (same.isPresent()) {
                return new Reacted(same.get(), false);
            }
            long id = Ledger.nextId(parts.ledger().reactions());
            var reaction = new Reaction(id, onComment, target, author.login(), content, parts.now());
            return new Reacted(parts.store().put(reaction), true);
        });
    }

    /** Whatever is said of an issue changes it, for those who look for what has changed. */
    private void touch(Issue issue) {
        var now = current(issue);
        parts.store().put(now.labelled(now.labels(), parts.now()));
    }

    private Issue current(Issue issue) {
        return parts.ledger().issues().stream()
                .filter(i -> i.id() == issue.id())
                .findFirst()
                .orElse(issue);
    }

    private Event record(
            Issue issue,
            Event.Kind kind,
            Account author,
            String body,
            @Nullable Long label,
            @Nullable String assignee) {
        var now = parts.now();
        long id = Ledger.nextId(parts.ledger().events());
        return parts.store()
                .put(new Event(id, issue.id(), kind, author.login(), body, label, assignee, null, now, now));
    }

    private static <T> List<T> without(List<T> all, List<T> those) {
        var kept = new HashSet<>(those);
        return all.stream().filter(one -> !kept.contains(one)).toList();
    }
}
