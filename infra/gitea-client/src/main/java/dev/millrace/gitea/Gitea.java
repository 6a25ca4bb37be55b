package dev.millrace.gitea;

import dev.millrace.schemas.id.RepoId;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What Millrace asks of a Gitea. URLs are built from the configured base and validated ids only; URLs in answers and
 * payloads are never followed. Thread-safe.
 *
 * <p>Every method throws {@link ForgeUnavailable} where trying again may help (no answer in time, 5xx, 429, a token that is not taken), and
 * {@link ForgeRefused} where the forge said no. Nothing is tried again in here.
 */
public interface Gitea {
    /** The account that the token belongs to. */
    User self();

    Optional<Repository> repository(RepoId repo);

    /** Whether the forge says that the user may push to the repository; asks what needs fewer rights where refused. */
    boolean mayWrite(RepoId repo, String login);

    Optional<Issue> issue(RepoId repo, long number);

    /**
     * Id of the timeline's newest event that added the label to the issue; empty where there is none, or where this
     * Gitea has no timeline.
     */
    Optional<Long> labelled(RepoId repo, long number, String label);

    /** All comments of the issue or pull request, oldest first. */
    List<Comment> comments(RepoId repo, long number);

    Comment addComment(RepoId repo, long number, String body);

    Comment editComment(RepoId repo, long commentId, String body);

    /** Repeatable: the same reaction twice is one. */
    void reactToIssue(RepoId repo, long number, Reaction reaction);

    /** Repeatable: the same reaction twice is one. */
    void reactToComment(RepoId repo, long commentId, Reaction reaction);

    /** The newest pull request, open or not, from one branch of the repository to another. */
    Optional<PullRequest> pullRequest(RepoId repo, String head, String base);

    Optional<PullRequest> pullRequest(RepoId repo, long number);

    PullRequest openPullRequest(RepoId repo, NewPullRequest request);

    PullRequest editPullRequest(RepoId repo, long number, String title, String body);

    void setStatus(RepoId repo, String commit, CommitStatus status);

    /** Where git fetches from and pushes to, without credentials. */
    URI gitUrl(RepoId repo);

    record User(long id, String login, String email) {}

    record Repository(String fullName, String defaultBranch, boolean empty, boolean archived) {}

    record Issue(
            long number, String title, String body, String author, String state, List<String> labels, boolean pull) {}

    record Comment(long id, String author, String body) {}

    record PullRequest(long number, String title, String body, String state, boolean merged, URI page) {}

    record NewPullRequest(String title, String body, String head, String base) {}

    /**
     * A commit's state in one context.
     *
     * @param page where a person reads more; empty for none
     */
    record CommitStatus(State state, String context, String description, String page) {
        /** Gitea's words, in lower case on the wire. */
        public enum State {
            PENDING,
            SUCCESS,
            WARNING,
            FAILURE,
            ERROR
        }
    }

    /** What Gitea allows by default, in its spelling on the wire. */
    enum Reaction {
        EYES("eyes"),
        ROCKET("rocket"),
        CONFUSED("confused"),
        THUMBS_UP("+1"),
        THUMBS_DOWN("-1");

        private final String content;

        Reaction(String content) {
            this.content = content;
        }

        public String content() {
            return content;
        }
    }
}
