package dev.millrace.standalone.forge;

import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes rows as Gitea does, in answers and payloads alike: with both spellings of a login, null where a list of
 * assignees is empty, and a pull request's {@code url} that is its page.
 */
final class Shapes {
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private final URI base;
    private final Ledger ledger;

    Shapes(URI base, Ledger ledger) {
        this.base = base;
        this.ledger = ledger;
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array(List<? extends JsonNode> values) {
        var array = JsonNodeFactory.instance.arrayNode();
        values.forEach(array::add);
        return array;
    }

    static String time(Instant when) {
        return when.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    ObjectNode user(String login) {
        var account = ledger.account(login)
                .orElseThrow(() -> new IllegalStateException("the ledger names nobody called " + login));
        return object().put("id", account.id())
                .put("login", account.login())
                .put("login_name", "")
                .put("source_id", 0)
                .put("full_name", "")
                .put("email", account.email())
                .put("avatar_url", base + "/user/avatar/" + account.login() + "/-1")
                .put("html_url", base + "/" + account.login())
                .put("language", "")
                .put("is_admin", false)
                .put("last_login", NEVER)
                .put("created", time(account.created()))
                .put("restricted", false)
                .put("active", false)
                .put("prohibit_login", false)
                .put("location", "")
                .put("website", "")
                .put("description", "")
                .put("visibility", "public")
                .put("followers_count", 0)
                .put("following_count", 0)
                .put("starred_repos_count", 0)
                .put("username", account.login());
    }

    ObjectNode repository(Ledger.Repo repo, Access access, boolean empty) {
        String page = base + "/" + repo.repoId();
        long issues =
                ledger.issuesOf(repo).filter(i -> i.open() && i.pull() == null).count();
        long pulls =
                ledger.issuesOf(repo).filter(i -> i.open() && i.pull() != null).count();
        var shape = object().put("id", repo.id());
        shape.set("owner", user(repo.owner()));
        shape.put("name", repo.name())
                .put("full_name", repo.repoId().toString())
                .put("description", "")
                .put("empty", empty)
                .put("private", repo.hidden())
                .put("fork", false)
                .put("template", false)
                .putNull("parent")
                .put("mirror", false)
                .put("size", 24)
                .put("language", "")
                .put("languages_url", base + "/api/v1/repos/" + repo.repoId() + "/languages")
                .put("html_url", page)
                .put("url", base + "/api/v1/repos/" + repo.repoId())
                .put("link", "")
                .put("ssh_url", "nobody@%s:%s.git".formatted(base.getHost(), repo.repoId()))
                .put("clone_url", page + ".git")
                .put("original_url", "")
                .put("website", "")
                .put("stars_count", 0)
                .put("forks_count", 0)
                .put("watchers_count", 1)
                .put("open_issues_count", issues)
                .put("open_pr_counter", pulls)
                .put("release_counter", 0)
                .put("default_branch", repo.defaultBranch())
                .put("archived", repo.archived())
                .put("created_at", time(repo.created()))
                .put("updated_at", time(repo.created()))
                .put("archived_at", "1970-01-01T00:00:00Z");
        shape.putObject("permissions")
                .put("admin", access.includes(Access.ADMIN))
                .put("push", access.includes(Access.WRITE))
                .put("pull", access.includes(Access.READ));
        return shape.put("has_issues", true)
                .put("has_wiki", false)
                .put("has_pull_requests", true)
                .put("has_projects", false)
                .put("has_releases", false)
                .put("has_packages", false)
                .put("has_actions", false)
                .put("ignore_whitespace_conflicts", false)
                .put("allow_merge_commits", true)
                .put("allow_rebase", true)
                .put("allow_rebase_explicit", true)
                .put("allow_squash_merge", true)
                .put("default_merge_style", "merge")
                .put("avatar_url", "")
                .put("internal", false)
                .put("mirror_interval", "")
                .put("object_format_name", "sha1")
                .put("mirror_updated", NEVER)
                .putNull("repo_transfer");
    }

    ObjectNode label(Ledger.Label label) {
        return object().put("id", label.id())
                .put("name", label.name())
                .put("exclusive", false)
                .put("is_archived", false)
                .put("color", label.color())
                .put("description", label.description())
                .put("url", "");
    }

    ObjectNode issue(Ledger.Repo repo, Ledger.Issue issue) {
        var shape = object().put("id", issue.id())
                .put("url", "%s/api/v1/repos/%s/issues/%d".formatted(base, repo.repoId(), issue.number()))
                .put("html_url", page(repo, issue))
                .put("number", issue.number());
        shape.set("user", user(issue.author()));
        shape.put("original_author", "")
                .put("original_author_id", 0)
                .put("title", issue.title())
                .put("body", issue.body())
                .put("ref", "");
        shape.putArray("assets");
        discussed(shape, issue);
        if (issue.pull() == null) {
            shape.putNull("pull_request");
        } else {
            shape.putObject("pull_request")
                    .put("merged", false)
                    .putNull("merged_at")
                    .put("draft", issue.title().startsWith("WIP:"))
                    .put("html_url", page(repo, issue));
        }
        shape.putObject("repository")
                .put("id", repo.id())
                .put("name", repo.name())
                .put("owner", repo.owner())
                .put("full_name", repo.repoId().toString());
        return shape.put("pin_order", 0);
    }

    /** What an issue and a pull request have in common. */
    void discussed(ObjectNode shape, Ledger.Issue issue) {
        shape.set("labels", array(ledger.labelsOf(issue).map(this::label).toList()));
        shape.putNull("milestone");
        if (issue.assignees().isEmpty()) {
            shape.putNull("assignee").putNull("assignees");
        } else {
            shape.set("assignee", user(issue.assignees().getFirst()));
            shape.set(
                    "assignees",
                    array(issue.assignees().stream().map(this::user).toList()));
        }
        shape.put("state", issue.open() ? "open" : "closed")
                .put("is_locked", false)
                .put("comments", ledger.comments(issue).count())
                .put("created_at", time(issue.created()))
                .put("updated_at", time(issue.updated()))
                .put("closed_at", issue.open() ? null : time(issue.updated()))
                .putNull("due_date");
    }

    ObjectNode comment(Ledger.Repo repo, Ledger.Issue issue, Ledger.Event comment) {
        var shape = entry(repo, issue, comment);
        shape.put("original_author", "").put("original_author_id", 0);
        shape.putArray("assets");
        return shape;
    }

    /** An entry of the timeline; the addition of a label has the body 1, its removal none. */
    ObjectNode event(Ledger.Repo repo, Ledger.Issue issue, Ledger.Event event) {
        var shape = entry(repo, issue, event);
        shape.put(
                "type",
                switch (event.kind()) {
                    case COMMENT -> "comment";
                    case LABEL -> "label";
                    case ASSIGNEES -> "assignees";
                    case REVIEW -> "review";
                    case REVIEW_REQUEST -> "review_request";
                });
        Long label = event.label();
        ledger.labels().stream()
                .filter(l -> label != null && l.id() == label)
                .findFirst()
                .ifPresentOrElse(l -> shape.set("label", label(l)), () -> shape.putNull("label"));
        String assignee = event.assignee();
        if (assignee == null) {
            shape.putNull("assignee");
        } else {
            shape.set("assignee", user(assignee));
        }
        if (event.review() != null) {
            shape.put("review_id", event.review());
        }
        return shape.put("removed_assignee", false);
    }

    private ObjectNode entry(Ledger.Repo repo, Ledger.Issue issue, Ledger.Event entry) {
        String page = page(repo, issue);
        boolean pull = issue.pull() != null;
        var shape = object().put("id", entry.id())
                .put("html_url", page + "#issuecomment-" + entry.id())
                .put("pull_request_url", pull ? page : "")
                .put("issue_url", pull ? "" : page);
        shape.set("user", user(entry.author()));
        return shape.put("body", entry.body())
                .put("created_at", time(entry.created()))
                .put("updated_at", time(entry.updated()));
    }

    ObjectNode reaction(Ledger.Reaction reaction) {
        var shape = object();
        shape.set("user", user(reaction.author()));
        return shape.put("content", reaction.content()).put("created_at", time(reaction.created()));
    }

    ObjectNode status(Ledger.Repo repo, Ledger.Status status) {
        var shape = object().put("id", status.id())
                .put("status", status.state())
                .put("target_url", status.page())
                .put("description", status.description())
                .put("url", "%s/api/v1/repos/%s/statuses/%s".formatted(base, repo.repoId(), status.commit()))
                .put("context", status.context());
        shape.set("creator", user(status.creator()));
        return shape.put("created_at", time(status.created())).put("updated_at", time(status.created()));
    }

    ObjectNode hook(Ledger.Hook hook) {
        var shape = object().put("id", hook.id()).put("type", "gitea").put("branch_filter", "");
        shape.putObject("config")
                .put("content_type", hook.contentType())
                .put("url", hook.url().toString());
        var events = shape.putArray("events");
        hook.types().forEach(events::add);
        return shape.put("authorization_header", "")
                .put("active", hook.active())
                .put("updated_at", time(hook.created()))
                .put("created_at", time(hook.created()));
    }

    CommitShapes commits(Ledger.Repo repo) {
        return new CommitShapes(base + "/api/v1/repos/" + repo.repoId(), page(repo, null), ledger);
    }

    String page(Ledger.Repo repo, Ledger.@Nullable Issue issue) {
        if (issue == null) {
            return base + "/" + repo.repoId();
        }
        String kind = issue.pull() == null ? "issues" : "pulls";
        return "%s/%s/%s/%d".formatted(base, repo.repoId(), kind, issue.number());
    }
}
