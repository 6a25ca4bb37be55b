package dev.millrace.ingest.trigger;

import dev.millrace.schemas.id.RepoId;
import java.util.List;
import java.util.Optional;

/**
 * What happened in the forge, as a verified delivery or the forge's own history tells it. Texts are as they were when it
 * happened, as far as that is known; the sender is whom the forge says to have done it.
 */
public sealed interface ForgeEvent {

    /** The labels of an issue or pull request were set anew; not told is which one came or went. */
    record Labelled(Issue issue, String sender) implements ForgeEvent {}

    /** Somebody was assigned; not told is who of those that are now. */
    record Assigned(Issue issue, String sender) implements ForgeEvent {}

    record Opened(Issue issue, String sender) implements ForgeEvent {}

    /** A new comment in the conversation of an issue or pull request. */
    record CommentCreated(Issue issue, Comment comment, String sender) implements ForgeEvent {}

    /**
     * A review was handed in; its comments on lines are not told.
     *
     * @param id empty where the forge does not tell it
     * @param body of the review as a whole
     */
    record Reviewed(Issue pull, Optional<Long> id, String body, String sender) implements ForgeEvent {}

    /** Somebody's review is asked for. */
    record ReviewRequested(Issue pull, String reviewer, String sender) implements ForgeEvent {}

    /**
     * Anything else.
     *
     * @param what the forge's name for it
     */
    record Other(String what) implements ForgeEvent {}

    /**
     * The issue, or the pull request as Gitea's issues hold it.
     *
     * @param pull whether it is a pull request
     */
    record Issue(
            RepoId repo,
            long number,
            String title,
            String body,
            List<String> labels,
            List<String> assignees,
            boolean pull) {
        public Issue {
            labels = List.copyOf(labels);
            assignees = List.copyOf(assignees);
        }

        /** As people call it. */
        String kind() {
            return pull ? "pull request" : "issue";
        }
    }

    record Comment(long id, String author, String body) {}
}
