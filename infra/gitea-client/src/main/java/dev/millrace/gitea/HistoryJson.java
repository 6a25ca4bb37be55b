package dev.millrace.gitea;

import dev.millrace.gitea.GiteaHistory.Entry;
import dev.millrace.schemas.id.RepoId;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is read of Gitea's JSON to tell what has happened; any field may be left out or null. */
final class HistoryJson {
    private HistoryJson() {}

    record Account(@Nullable String login) {}

    record Label(@Nullable String name) {}

    record PullMark(@Nullable Boolean merged) {}

    record Home(@Nullable String fullName) {}

    record Discussion(
            long number,
            @Nullable String title,
            @Nullable String body,
            @Nullable Account user,
            @Nullable String state,
            @Nullable List<@Nullable Label> labels,
            @Nullable List<@Nullable Account> assignees,
            @Nullable PullMark pullRequest,
            @Nullable Home repository,
            @Nullable String createdAt,
            @Nullable String updatedAt) {

        /** Empty where the answer names no repository. */
        Optional<GiteaHistory.Discussion> found() {
            if (repository == null || repository.fullName() == null) {
                return Optional.empty();
            }
            try {
                return Optional.of(of(RepoId.parse(repository.fullName())));
            } catch (IllegalArgumentException _) {
                return Optional.empty(); // not one that Millrace could name
            }
        }

        GiteaHistory.Discussion of(RepoId repo) {
            List<@Nullable Label> named = labels == null ? List.of() : labels;
            List<@Nullable Account> assigned = assignees == null ? List.of() : assignees;
            return new GiteaHistory.Discussion(
                    repo,
                    number,
                    text(title),
                    text(body),
                    login(user),
                    "open".equals(state),
                    pullRequest != null,
                    named.stream()
                            .map(label -> label == null ? "" : text(label.name()))
                            .toList(),
                    assigned.stream().map(HistoryJson::login).toList(),
                    moment(createdAt),
                    moment(updatedAt));
        }
    }

    record Event(
            long id,
            @Nullable String type,
            @Nullable Account user,
            @Nullable String body,
            @Nullable Label label,
            @Nullable Account assignee,
            @Nullable Boolean removedAssignee,
            @Nullable Long reviewId,
            @Nullable String createdAt,
            @Nullable String updatedAt) {

        Entry entry() {
            var kind = kind();
            String subject = switch (kind) {
                case LABELLED -> label == null ? "" : text(label.name());
                case ASSIGNED, REVIEW_REQUESTED -> login(assignee);
                case COMMENT, REVIEWED, OTHER -> "";
            };
            return new Entry(
                    id,
                    kind,
                    login(user),
                    text(body),
                    subject,
                    reviewId == null ? 0 : reviewId,
                    moment(createdAt),
                    moment(updatedAt));
        }

        /** Gitea writes an addition and a removal as the same type: of a label the body tells, of a person a field. */
        private Entry.Kind kind() {
            boolean removed = Boolean.TRUE.equals(removedAssignee);
            return switch (text(type)) {
                case "comment" -> Entry.Kind.COMMENT;
                case "label" -> "1".equals(body) ? Entry.Kind.LABELLED : Entry.Kind.OTHER;
                case "assignees" -> removed ? Entry.Kind.OTHER : Entry.Kind.ASSIGNED;
                case "review_request" -> removed ? Entry.Kind.OTHER : Entry.Kind.REVIEW_REQUESTED;
                case "review" -> Entry.Kind.REVIEWED;
                default -> Entry.Kind.OTHER;
            };
        }

        Entry comment() {
            return new Entry(
                    id, Entry.Kind.COMMENT, login(user), text(body), "", 0, moment(createdAt), moment(updatedAt));
        }
    }

    record Review(
            long id,
            @Nullable Account user,
            @Nullable String body,
            @Nullable String state,
            @Nullable String submittedAt) {

        /** A pending one is still its writer's own, and a request is none yet. */
        boolean handedIn() {
            return switch (text(state)) {
                case "APPROVED", "COMMENT", "REQUEST_CHANGES" -> true;
                default -> false;
            };
        }

        GiteaHistory.Review review() {
            return new GiteaHistory.Review(id, login(user), text(body), moment(submittedAt));
        }
    }

    record Remark(
            long id,
            @Nullable Account user,
            @Nullable String body,
            @Nullable String path,
            @Nullable Long position,
            @Nullable Long originalPosition,
            @Nullable String diffHunk,
            @Nullable String createdAt) {

        GiteaHistory.Remark remark() {
            long line = position != null && position > 0 ? position : 0;
            return new GiteaHistory.Remark(
                    id,
                    login(user),
                    text(body),
                    text(path),
                    (int) Math.min(line, Integer.MAX_VALUE),
                    text(diffHunk),
                    moment(createdAt));
        }
    }

    /** {@code ref} is the branch's name, or a {@code refs/pull/…} where it was deleted. */
    record Branch(
            @Nullable String ref,
            @Nullable String label,
            @Nullable Long repoId) {}

    record Pull(
            @Nullable Account user,
            @Nullable String state,
            @Nullable Branch head,
            @Nullable Branch base) {

        GiteaHistory.Branches branches() {
            boolean within = head != null
                    && base != null
                    && head.repoId() != null
                    && head.repoId().equals(base.repoId());
            return new GiteaHistory.Branches(login(user), "open".equals(state), name(head), within, name(base));
        }

        private static String name(@Nullable Branch branch) {
            return branch == null ? "" : text(branch.ref());
        }
    }

    record Permissions(@Nullable Boolean push) {}

    record Repo(@Nullable Permissions permissions, @Nullable Boolean archived) {
        boolean pushable() {
            return permissions != null && Boolean.TRUE.equals(permissions.push()) && !Boolean.TRUE.equals(archived);
        }
    }

    record Team(long id, @Nullable String name) {}

    record Teams(@Nullable List<Team> data) {}

    private static String login(@Nullable Account account) {
        return account == null ? "" : text(account.login());
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    /** What is no moment is long ago, so that nobody takes it for news. */
    private static Instant moment(@Nullable String text) {
        try {
            return text == null ? Instant.EPOCH : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException _) {
            return Instant.EPOCH;
        }
    }
}
