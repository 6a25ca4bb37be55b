package dev.millrace.standalone.forge;

import dev.millrace.standalone.forge.Ledger.Hook;
import dev.millrace.standalone.forge.Ledger.Repo;
import java.net.URI;
import java.util.List;
import org.eclipse.jgit.lib.ObjectId;
import tools.jackson.databind.JsonNode;

/** A repository's webhooks, for its administrators. */
final class HookApi {
    private static final String HOOKS = "repos/{owner}/{repo}/hooks";

    private final Notices notices;

    HookApi(Notices notices) {
        this.notices = notices;
    }

    void addTo(Routes routes) {
        routes.add("GET", HOOKS, HookApi::list);
        routes.add("POST", HOOKS, HookApi::add);
        routes.add("GET", HOOKS + "/{id}", HookApi::hook);
        routes.add("PATCH", HOOKS + "/{id}", HookApi::edit);
        routes.add("DELETE", HOOKS + "/{id}", HookApi::remove);
        routes.add("POST", HOOKS + "/{id}/tests", this::test);
    }

    private static Hook found(ApiCall call, Repo repo) {
        long id = call.number("id");
        return call.parts().ledger().hooks().stream()
                .filter(hook -> hook.repo() == repo.id() && hook.id() == id)
                .findFirst()
                .orElseThrow(ApiError::notFound);
    }

    private static Reply list(ApiCall call) {
        var repo = call.writable(Access.ADMIN);
        var all = call.parts().ledger().hooks().stream()
                .filter(hook -> hook.repo() == repo.id())
                .toList();
        var shapes = call.parts().shapes();
        return Reply.list(call.page(all).stream().map(shapes::hook).toList(), all.size());
    }

    private static Reply hook(ApiCall call) {
        return Reply.ok(call.parts().shapes().hook(found(call, call.writable(Access.ADMIN))));
    }

    private static Reply add(ApiCall call) {
        var repo = call.writable(Access.ADMIN);
        call.required("type");
        var config = call.body().path("config");
        var hook = add(
                call.parts(),
                repo,
                url(config.path("url").asString("")),
                config.path("content_type").asString("json"),
                config.path("secret").asString(""),
                events(call),
                call.body().path("active").asBoolean(false));
        return Reply.created(call.parts().shapes().hook(hook));
    }

    static Hook add(
            Parts parts, Repo repo, URI url, String contentType, String secret, List<String> events, boolean active) {
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

    /** As in Gitea: the events are replaced even where none are given, and the secret stays whatever is given. */
    private static Reply edit(ApiCall call) {
        var hook = found(call, call.writable(Access.ADMIN));
        var config = call.body().path("config");
        URI url = config.has("url") ? url(config.path("url").asString("")) : hook.url();
        var edited = new Hook(
                hook.id(),
                hook.repo(),
                url,
                config.path("content_type").asString(hook.contentType()),
                hook.secret(),
                HookTypes.expand(events(call)),
                call.body().path("active").asBoolean(hook.active()),
                hook.created());
        call.parts().store().alone(() -> call.parts().store().put(edited));
        return Reply.ok(call.parts().shapes().hook(edited));
    }

    private static Reply remove(ApiCall call) {
        var hook = found(call, call.writable(Access.ADMIN));
        call.parts().store().alone(() -> {
            call.parts().store().remove(hook);
            return hook;
        });
        return Reply.none();
    }

    /** Sends a push that changed nothing to this webhook, or nothing if it is not told of pushes, as Gitea does. */
    private Reply test(ApiCall call) {
        var repo = call.writable(Access.ADMIN);
        var hook = found(call, repo);
        if (!hook.types().contains("push")) {
            return Reply.none();
        }
        try (var git = call.parts().git(repo)) {
            ObjectId head = Repositories.branch(git, repo.defaultBranch()).orElseThrow(ApiError::notFound);
            notices.test(hook, repo, git, "refs/heads/" + repo.defaultBranch(), head, call.signedIn());
        }
        return Reply.none();
    }

    private static List<String> events(ApiCall call) {
        return call.values("events").stream().map(JsonNode::asString).toList();
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
