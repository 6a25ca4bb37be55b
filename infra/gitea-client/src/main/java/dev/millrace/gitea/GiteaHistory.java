package dev.millrace.gitea;

import dev.millrace.schemas.id.RepoId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What has happened in a Gitea: who did what and when, and what was said. The moments are the forge's own, in whole
 * seconds. Throws as {@link Gitea} does. Thread-safe.
 */
public interface GiteaHistory {
    /** The issue or pull request as it stands. */
    Optional<Discussion> discussion(RepoId repo, long number);

    /**
     * All issues and pull requests that changed at the moment or later, of all repositories that the token sees, public
     * ones of other people included; in no promised order.
     */
    List<Discussion> changed(Instant since);

    /**
     * The timeline's entries that changed at the moment or later, oldest first; none where there is no such issue.
     *
     * @return empty where this Gitea has no timeline, as before 1.17
     */
    Optional<List<Entry>> timeline(RepoId repo, long number, Instant since);

    /** Comments of the conversation that changed at the moment or later, oldest first; as entries of a timeline. */
    List<Entry> said(RepoId repo, long number, Instant since);

    /** The reviews of a pull request that were handed in, oldest first. */
    List<Review> reviews(RepoId repo, long number);

    /** The comments on lines that belong to a review, in no promised order. */
    List<Remark> remarks(RepoId repo, long number, long review);

    /** Which branches a pull request is about. */
    Optional<Branches> branches(RepoId repo, long number);

    /** Whether the token itself may push to the repository; not where there is no such repository. */
    boolean pushable(RepoId repo);

    /**
     * Whether the user is a member of the organisation's team. A team that the token may not see has no members.
     *
     * @param team by name, in any case
     */
    boolean isMember(String organisation, String team, String login);

    record Discussion(
            RepoId repo,
            long number,
            String title,
            String body,
            String author,
            boolean open,
            boolean pull,
            List<String> labels,
            List<String> assignees,
            Instant created,
            Instant updated) {
        public Discussion {
            labels = List.copyOf(labels);
            assignees = List.copyOf(assignees);
        }
    }

    /**
     * One entry of a timeline.
     *
     * @param subject the label that came, who was assigned, or who was asked for a review; empty for everything else
     * @param review the review that the entry belongs to; 0 for none
     */
    record Entry(
            long id,
            Kind kind,
            String actor,
            String body,
            String subject,
            long review,
            Instant created,
            Instant updated) {
        /** OTHER: also the end of what the other kinds begin. */
        public enum Kind {
            COMMENT,
            LABELLED,
            ASSIGNED,
            REVIEWED,
            REVIEW_REQUESTED,
            OTHER
        }
    }

    record Review(long id, String author, String body, Instant submitted) {}

    /**
     * A comment on lines of a change.
     *
     * @param line in the file as the pull request leaves it, counted from 1; 0 where that is not known
     * @param code the lines of the change around it, as a hunk of a diff
     */
    record Remark(long id, String author, String body, String path, int line, String code, Instant created) {}

    /**
     * The branches of a pull request.
     *
     * @param head name of the branch that has the changes
     * @param within whether that branch is in the same repository
     */
    record Branches(String author, boolean open, String head, boolean within, String base) {}
}
