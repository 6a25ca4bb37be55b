package dev.millrace.standalone.forge;

import dev.millrace.standalone.forge.Ledger.Guard;
import dev.millrace.standalone.forge.Ledger.Status;
import java.util.Set;

/** The account, repositories, who may do what, and commits with their statuses. */
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
        routes.add("PATCH", "repos/{owner}/{repo}", RepositoryApi::edit);
        routes.add("GET", "repos/{owner}/{repo}/labels", RepositoryApi::labels);
        routes.add("POST", "repos/{owner}/{repo}/branch_protections", RepositoryApi::guard);
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
            return Reply.ok(call.parts().shapes().commits(repo).commit(commit));
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

    private static Reply labels(ApiCall call) {
        var repo = call.repo();
        var all = call.parts().ledger().labels().stream()
                .filter(label -> label.repo() == repo.id())
                .toList();
        var shapes = call.parts().shapes();
        return Reply.list(call.page(all).stream().map(shapes::label).toList(), all.size());
    }

    /** Of all that Gitea can be asked of a branch's protection, only that nobody pushes to it. */
    private static Reply guard(ApiCall call) {
        var repo = call.writable(Access.ADMIN);
        String branch = call.field("branch_name");
        if (branch.isEmpty()) {
            throw new ApiError(422, "[BranchName]: Required");
        }
        call.parts()
                .store()
                .alone(() -> call.parts()
                        .store()
                        .put(new Guard(Ledger.nextId(call.parts().ledger().guards()), repo.id(), branch)));
        return Reply.created(Shapes.object()
                .put("branch_name", branch)
                .put("rule_name", branch)
                .put("enable_push", false)
                .put("created_at", Shapes.time(call.parts().now()))
                .put("updated_at", Shapes.time(call.parts().now())));
    }

    /** Nothing of a repository can be changed this way; whether it might be is answered as Gitea does. */
    private static Reply edit(ApiCall call) {
        var repo = call.writable(Access.ADMIN);
        return Reply.ok(call.parts().repositoryShape(repo, call.account().orElse(null)));
    }
}
