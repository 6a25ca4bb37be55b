package dev.millrace.sink.conversation;

import dev.millrace.gitea.ForgeRefused;
import dev.millrace.gitea.Gitea;
import dev.millrace.gitea.Gitea.Comment;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.sink.secret.Secrets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one comment per task up to date at its issue or pull request. Repeatable; thread-safe for different tasks. */
final class Conversation {
    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);
    private static final int MOST_REMEMBERED = 10_000;

    private final Gitea gitea;
    private final Secrets secrets;
    private final Map<String, Comment> written = new ConcurrentHashMap<>();
    private volatile @Nullable String bot;

    /**
     * @param secrets that are taken out of what the agent wrote
     */
    Conversation(Gitea gitea, Secrets secrets) {
        this.gitea = gitea;
        this.secrets = secrets;
    }

    /**
     * Makes the comment say what the state says. Where the forge refuses it, or the issue is gone, the comment is left
     * out: it is a courtesy, and no reason to hold anything up.
     *
     * @throws dev.millrace.gitea.ForgeUnavailable if the forge is away
     * @throws IllegalArgumentException if the state names no repository
     */
    void tell(TaskState state) {
        long number = state.getTask().getNumber();
        if (number <= 0) {
            return;
        }
        var repo = RepoId.parse(state.getRepo());
        String text = secrets.removedFrom(CommentText.of(TaskState.newBuilder(state)
                .setSummary(secrets.removedFrom(state.getSummary()))
                .setReason(secrets.removedFrom(state.getReason()))
                .build()));
        try {
            tell(repo, number, state.getTaskId(), text);
        } catch (ForgeRefused refused) {
            written.remove(state.getTaskId());
            LOG.warn("the forge takes no comment on {}#{} (HTTP {})", repo, number, refused.status(), refused);
        }
    }

    private void tell(RepoId repo, long number, String taskId, String text) {
        var earlier = earlier(repo, number, taskId);
        if (earlier.isPresent()) {
            if (!same(earlier.get().body(), text)) {
                gitea.editComment(repo, earlier.get().id(), text);
            }
            remember(taskId, new Comment(earlier.get().id(), earlier.get().author(), text));
        } else if (gitea.issue(repo, number).isPresent()) {
            remember(taskId, gitea.addComment(repo, number, text));
        } else {
            LOG.warn("{}#{} is gone; nothing to comment on for task {}", repo, number, taskId);
        }
    }

    private Optional<Comment> earlier(RepoId repo, long number, String taskId) {
        Comment known = written.get(taskId);
        if (known != null) {
            return Optional.of(known);
        }
        String marker = CommentText.marker(taskId);
        String self = self();
        return gitea.comments(repo, number).stream()
                .filter(comment -> comment.author().toLowerCase(Locale.ROOT).equals(self))
                .filter(comment -> comment.body().stripTrailing().endsWith(marker))
                .findFirst();
    }

    private void remember(String taskId, Comment comment) {
        if (written.size() >= MOST_REMEMBERED) {
            written.clear(); // what is forgotten is found again by its marker
        }
        written.put(taskId, comment);
    }

    private String self() {
        String known = bot;
        if (known == null) {
            known = gitea.self().login().toLowerCase(Locale.ROOT);
            bot = known;
        }
        return known;
    }

    /** Forges may change line ends and surrounding space. */
    private static boolean same(String there, String wanted) {
        return there.replace("\r\n", "\n").strip().equals(wanted.strip());
    }
}
