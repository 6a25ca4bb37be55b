package dev.millrace.gitea;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The few fields that are read of Gitea's JSON, any of which a version may leave out or send as null. */
final class GiteaJson {
    private GiteaJson() {}

    record Problem(@Nullable String message) {}

    record Version(@Nullable String version) {}

    record Account(
            @Nullable Long id,
            @Nullable String login,
            @Nullable String email) {
        Gitea.User toUser() {
            return new Gitea.User(id == null ? 0 : id, text(login), text(email));
        }
    }

    record Repo(
            @Nullable String fullName,
            @Nullable String defaultBranch,
            @Nullable Boolean empty,
            @Nullable Boolean archived) {
        Gitea.Repository toRepository() {
            return new Gitea.Repository(text(fullName), text(defaultBranch), yes(empty), yes(archived));
        }
    }

    record Permission(@Nullable String permission) {}

    record Label(@Nullable String name) {}

    record PullMark(@Nullable Boolean merged) {}

    record Issue(
            long number,
            @Nullable String title,
            @Nullable String body,
            @Nullable Account user,
            @Nullable String state,
            @Nullable List<Label> labels,
            @Nullable PullMark pullRequest) {
        Gitea.Issue toIssue() {
            List<Label> all = labels == null ? List.of() : labels;
            return new Gitea.Issue(
                    number,
                    text(title),
                    text(body),
                    loginOf(user),
                    text(state),
                    all.stream().map(label -> text(label.name())).toList(),
                    pullRequest != null);
        }
    }

    record Event(
            long id,
            @Nullable String type,
            @Nullable String body,
            @Nullable Label label) {
        /** Gitea writes a label's addition and its removal as the same type; only the body tells them apart. */
        boolean adds(String name) {
            return "label".equals(type) && "1".equals(body) && label != null && name.equals(label.name());
        }
    }

    record Comment(
            long id, @Nullable Account user, @Nullable String body) {
        Gitea.Comment toComment() {
            return new Gitea.Comment(id, loginOf(user), text(body));
        }
    }

    /** {@code label} stays the branch's name after the branch was deleted, {@code ref} does not. */
    record Branch(@Nullable String label, @Nullable Long repoId) {}

    record Pull(
            long number,
            @Nullable String title,
            @Nullable String body,
            @Nullable String state,
            @Nullable Boolean merged,
            @Nullable Branch head,
            @Nullable Branch base) {
        boolean goes(String from, String to) {
            return head != null
                    && base != null
                    && from.equals(head.label)
                    && to.equals(base.label)
                    && head.repoId != null
                    && head.repoId.equals(base.repoId);
        }

        boolean open() {
            return "open".equals(state);
        }

        Gitea.PullRequest toPullRequest(URI page) {
            return new Gitea.PullRequest(number, text(title), text(body), text(state), yes(merged), page);
        }
    }

    record Hook(
            long id,
            @Nullable String type,
            @Nullable Map<String, String> config,
            @Nullable List<String> events,
            @Nullable Boolean active) {
        GiteaSetup.Hook toHook() {
            Map<String, String> all = config == null ? Map.of() : config;
            return new GiteaSetup.Hook(
                    id,
                    text(all.get("url")),
                    text(all.get("content_type")),
                    events == null ? List.of() : events.stream().sorted().toList(),
                    yes(active));
        }
    }

    record NewHook(String type, boolean active, Map<String, String> config, List<String> events) {}

    record HookEdit(boolean active, Map<String, String> config, List<String> events) {}

    record NewComment(String body) {}

    record NewReaction(String content) {}

    record NewPull(String title, String body, String head, String base) {}

    record PullEdit(String title, String body) {}

    record NewStatus(String state, String context, String description, String targetUrl) {}

    private static String loginOf(@Nullable Account account) {
        return account == null ? "" : text(account.login());
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static boolean yes(@Nullable Boolean value) {
        return Boolean.TRUE.equals(value);
    }
}
