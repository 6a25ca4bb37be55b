package dev.millrace.standalone.forge;

import dev.millrace.standalone.forge.Ledger.Hook;
import dev.millrace.standalone.forge.Ledger.Status;
import java.net.URI;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The account, repositories, who may do what, commits with their statuses, and webhooks. */
final class RepositoryApi {
    /** What this forge says it is: the Gitea whose description its answers are checked against. */
    static final String VERSION = "1.26.3+practice";

    private static final Set<String> STATES = Set.of("pending", "success", "error", "failure", "warning", "skipped");

    void addTo(Routes routes) {
        routes.add("GET", "version", _ -> Reply.ok(Shapes.object().put("version", VERSION)));
        routes.add(
                "GET",
                "user",
                call -> Reply.ok(call.parts().shapes().user(call.signedIn().login())));
        routes.add(
                "GET",
                "repos/{owner}/{repo}",
                call -> Reply.ok(
                        call.parts().repositoryShape(call.repo(), call.account().orElse(null))));
        routes.add("GET", "repos/{owner}/{repo}/assignees", RepositoryApi::assignees);
        routes.add("GET", "repos/{owner}/{repo}/collaborators/{login}/permission", RepositoryApi::permission);
        routes.add("GET", "repos/{owner}/{repo}/git/commits/{sha}", RepositoryApi::commit);
        routes.add("GET", "repos/{owner}/{repo}/statuses/{sha}", RepositoryApi::statuses);
        routes.add("POST", "repos/{owner}/{repo}/statuses/{sha}", RepositoryApi::setStatus);
        routes.add("GET", "repos/{owner}/{repo}/hooks", RepositoryApi::hooks);
        routes.add("POST", "repos/{owner}/{repo}/hooks", RepositoryApi::addHook);
    }

    private static Reply assignees(ApiCall call) {
        call.signedIn();
        var repo = call.repo();
        var writers = call.parts().ledger().accounts().stream()
                .filter(account -> repo.of(account).includes(Access.WRITE))
                .map(account -> call.parts().shapes().user(account.login()))
                .toList();
        return Reply.ok(Shapes.array(writers));
    }

    private static Reply permission(ApiCall call) {
        var asking = call.signedIn();
        var repo = call.repo();
        if (!call.access(repo).includes(Access.ADMIN) && !asking.login().equalsIgnoreCase(call.text("login"))) {
            throw new ApiError(
                    403,
                    "Only admins can query all permissions, repo admins can query all repo permissions, collaborators can query only their own");
        }
        var asked = call.parts().ledger().account(call.text("login")).orElseThrow(ApiError::notFound);
        String word = repo.of(asked).word();
        var shape = Shapes.object().put("permission", word).put("role_name", word);
        shape.set("user", call.parts().shapes().user(asked.login()));
        return Reply.ok(shape);
    }

    private static Reply commit(ApiCall call) {
        var repo = call.repo();
        try (var git = call.parts().git(repo)) {
            var commit = Repositories.commit(git, call.text("sha")).orElseThrow(ApiError::notFound);
            return Reply.ok(call.parts().shapes().commit(repo, commit));
        }
    }

    private static Reply statuses(ApiCall call) {
        var repo = call.repo();
        var all = call.parts().ledger().statuses().stream()
                .filter(s -> s.repo() == repo.id() && s.commit().equals(call.text("sha")))
                .toList();
        var shapes = call.parts().shapes();
        return Reply.list(
                call.page(all.reversed()).stream()
                        .map(status -> shapes.status(repo, status))
                        .toList(),
                all.size());
    }

    private static Reply setStatus(ApiCall call) {
        var repo = call.writable(Access.WRITE);
        String state = call.field("state");
        if (!STATES.contains(state)) {
            throw new ApiError(422, "unknown state: " + state);
        }
        try (var git = call.parts().git(repo)) {
            var commit = Repositories.commit(git, call.text("sha")).orElseThrow(ApiError::internal);
            var context = call.field("context");
            var kept = call.parts().store().alone(() -> {
                long id = Ledger.nextId(call.parts().ledger().statuses());
                return call.parts()
                        .store()
                        .put(new Status(
                                id,
                                repo.id(),
                                commit.name(),
                                state,
                                context.isEmpty() ? "default" : context,
                                call.field("description"),
                                call.field("target_url"),
                                call.signedIn().login(),
                                call.parts().now()));
            });
            return Reply.created(call.parts().shapes().status(repo, kept));
        }
    }

    private static Reply hooks(ApiCall call) {
        var repo = call.writable(Access.ADMIN);
        var all = call.parts().ledger().hooks().stream()
                .filter(hook -> hook.repo() == repo.id())
                .toList();
        var shapes = call.parts().shapes();
        return Reply.list(call.page(all).stream().map(shapes::hook).toList(), all.size());
    }

    private static Reply addHook(ApiCall call) {
        var repo = call.writable(Access.ADMIN);
        call.required("type");
        var config = call.body().path("config");
        List<String> events =
                call.values("events").stream().map(JsonNode::asString).toList();
        var hook = addHook(
                call.parts(),
                repo,
                url(config.path("url").asString("")),
                config.path("content_type").asString("json"),
                config.path("secret").asString(""),
                events,
                call.body().path("active").asBoolean(false));
        return Reply.created(call.parts().shapes().hook(hook));
    }

    static Hook addHook(
            Parts parts,
            Ledger.Repo repo,
            URI url,
            String contentType,
            String secret,
            List<String> events,
            boolean active) {
        return parts.store()
                .alone(() -> parts.store()
                        .put(new Hook(
                                Ledger.nextId(parts.ledger().hooks()),
                                repo.id(),
                                url,
                                contentType,
                                secret,
                                HookTypes.expand(events),
                                active,
                                parts.now())));
    }

    private static URI url(String text) {
        try {
            var url = URI.create(text);
            if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                return url;
            }
        } catch (IllegalArgumentException _) {
            throw new ApiError(422, "Invalid url");
        }
        throw new ApiError(422, "Invalid url");
    }
}
