package dev.millrace.standalone.forge;

import dev.millrace.schemas.id.RepoId;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All that the forge knows beside git, as immutable tables; a row replaces the one with its id. */
record Ledger(
        List<Account> accounts,
        List<Repo> repos,
        List<Label> labels,
        List<Issue> issues,
        List<Event> events,
        List<Reaction> reactions,
        List<Status> statuses,
        List<Hook> hooks,
        List<Guard> guards,
        List<Review> reviews,
        List<Remark> remarks) {
    static final Ledger EMPTY = new Ledger(
            List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
            List.of(), List.of());

    /** What was kept by a forge that knew less has tables missing. */
    Ledger {
        guards = guards == null ? List.of() : guards;
        reviews = reviews == null ? List.of() : reviews;
        remarks = remarks == null ? List.of() : remarks;
    }

    /** What every row has: an id, unique in its table. */
    sealed interface Row {
        long id();
    }

    record Account(long id, String login, String email, String token, Instant created) implements Row {
        /** The token is kept, but not shown in logs. */
        @Override
        public String toString() {
            return login;
        }
    }

    record Repo(
            long id,
            String owner,
            String name,
            String defaultBranch,
            boolean hidden,
            boolean archived,
            boolean guarded,
            Map<String, Access> members,
            Instant created)
            implements Row {
        RepoId repoId() {
            return new RepoId(owner, name);
        }

        Access of(@Nullable Account account) {
            if (account == null) {
                return hidden ? Access.NONE : Access.READ;
            }
            if (account.login().equals(owner)) {
                return Access.OWNER;
            }
            return members.getOrDefault(account.login(), hidden ? Access.NONE : Access.READ);
        }
    }

    record Label(long id, long repo, String name, String color, String description) implements Row {}

    record Issue(
            long id,
            long repo,
            long number,
            String author,
            String title,
            String body,
            boolean open,
            List<Long> labels,
            List<String> assignees,
            @Nullable Pull pull,
            Instant created,
            Instant updated)
            implements Row {
        Issue edited(String title, String body, boolean open, Instant now) {
            return new Issue(id, repo, number, author, title, body, open, labels, assignees, pull, created, now);
        }

        Issue labelled(List<Long> labels, Instant now) {
            return new Issue(id, repo, number, author, title, body, open, labels, assignees, pull, created, now);
        }

        Issue repulled(Pull pull, Instant now) {
            return new Issue(id, repo, number, author, title, body, open, labels, assignees, pull, created, now);
        }

        Issue assigned(List<String> assignees, Instant now) {
            return new Issue(id, repo, number, author, title, body, open, labels, assignees, pull, created, now);
        }
    }

    /** What makes an issue a pull request. */
    record Pull(long id, String head, String base, String mergeBase) {}

    /** One entry of an issue's timeline. */
    record Event(
            long id,
            long issue,
            Kind kind,
            String author,
            String body,
            @Nullable Long label,
            @Nullable String assignee,
            @Nullable Long review,
            Instant created,
            Instant updated)
            implements Row {
        enum Kind {
            COMMENT,
            LABEL,
            ASSIGNEES,
            REVIEW,
            REVIEW_REQUEST
        }
    }

    /** What somebody said of a pull request as a whole, in Gitea's word for its kind. */
    record Review(long id, long issue, String author, String state, String body, String commit, Instant submitted)
            implements Row {}

    /** What was said of a line, in the file as the pull request leaves it. */
    record Remark(long id, long review, String path, long line, String body, String hunk) implements Row {}

    /** Nobody pushes to the branch. */
    record Guard(long id, long repo, String branch) implements Row {}

    /** The target is an issue or, by its sign, a comment. */
    record Reaction(long id, boolean onComment, long target, String author, String content, Instant created)
            implements Row {}

    record Status(
            long id,
            long repo,
            String commit,
            String state,
            String context,
            String description,
            String page,
            String creator,
            Instant created)
            implements Row {}

    record Hook(
            long id,
            long repo,
            URI url,
            String contentType,
            String secret,
            List<String> types,
            boolean active,
            Instant created)
            implements Row {}

    Ledger with(Row row) {
        return new Ledger(
                put(accounts, Account.class, row),
                put(repos, Repo.class, row),
                put(labels, Label.class, row),
                put(issues, Issue.class, row),
                put(events, Event.class, row),
                put(reactions, Reaction.class, row),
                put(statuses, Status.class, row),
                put(hooks, Hook.class, row),
                put(guards, Guard.class, row),
                put(reviews, Review.class, row),
                put(remarks, Remark.class, row));
    }

    Ledger without(Hook gone) {
        var left = hooks.stream().filter(hook -> hook.id() != gone.id()).toList();
        return new Ledger(accounts, repos, labels, issues, events, reactions, statuses, left, guards, reviews, remarks);
    }

    static long nextId(List<? extends Row> table) {
        return 1 + table.stream().mapToLong(Row::id).max().orElse(0);
    }

    Optional<Account> account(String login) {
        return accounts.stream().filter(a -> a.login().equalsIgnoreCase(login)).findFirst();
    }

    Optional<Repo> repo(RepoId id) {
        return repos.stream().filter(r -> r.repoId().key().equals(id.key())).findFirst();
    }

    Optional<Issue> issue(Repo repo, long number) {
        return issuesOf(repo).filter(i -> i.number() == number).findFirst();
    }

    Stream<Issue> issuesOf(Repo repo) {
        return issues.stream().filter(i -> i.repo() == repo.id());
    }

    Stream<Label> labelsOf(Issue issue) {
        return labels.stream().filter(l -> issue.labels().contains(l.id()));
    }

    Optional<Label> label(Repo repo, String name) {
        return labels.stream()
                .filter(l -> l.repo() == repo.id() && l.name().equals(name))
                .findFirst();
    }

    Stream<Event> timeline(Issue issue) {
        return events.stream().filter(e -> e.issue() == issue.id());
    }

    Stream<Review> reviewsOf(Issue issue) {
        return reviews.stream().filter(r -> r.issue() == issue.id());
    }

    Stream<Remark> remarksOf(Review review) {
        return remarks.stream().filter(r -> r.review() == review.id());
    }

    Stream<Event> comments(Issue issue) {
        return timeline(issue).filter(e -> e.kind() == Event.Kind.COMMENT);
    }

    /** The table itself, where the row belongs into another. */
    private static <T extends Row> List<T> put(List<T> table, Class<T> type, Row row) {
        if (!type.isInstance(row)) {
            return table;
        }
        var rows = new ArrayList<>(table);
        rows.removeIf(old -> old.id() == row.id());
        rows.add(type.cast(row));
        rows.sort((a, b) -> Long.compare(a.id(), b.id()));
        return List.copyOf(rows);
    }
}
