package dev.millrace.ingest.trigger;

import dev.millrace.schemas.id.RepoId;
import java.util.List;

/**
 * What happened in the forge, as a verified delivery tells it. Texts are as they were when it happened; the sender is
 * whom the forge says to have done it.
 */
public sealed interface ForgeEvent {

    /** The labels of an issue were set anew; not told is which one came or went. */
    record IssueLabelled(Issue issue, String sender) implements ForgeEvent {}

    record IssueOpened(Issue issue, String sender) implements ForgeEvent {}

    /** A new comment in the conversation of an issue or pull request. */
    record CommentCreated(Issue issue, Comment comment, String sender) implements ForgeEvent {}

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
    record Issue(RepoId repo, long number, String title, String body, List<String> labels, boolean pull) {
        public Issue {
            labels = List.copyOf(labels);
        }
    }

    record Comment(long id, String author, String body) {}
}
