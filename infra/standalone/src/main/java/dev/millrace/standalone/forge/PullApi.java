package dev.millrace.standalone.forge;

import dev.millrace.standalone.forge.Ledger.Issue;
import dev.millrace.standalone.forge.Ledger.Repo;
import java.util.Objects;
import tools.jackson.databind.node.ObjectNode;

/** Pull requests between branches of one repository. */
final class PullApi {
    private static final String PULLS = "repos/{owner}/{repo}/pulls";

    private final PullActs acts;

    PullApi(PullActs acts) {
        this.acts = acts;
    }

    void addTo(Routes routes) {
        routes.add("GET", PULLS, this::list);
        routes.add("POST", PULLS, this::open);
        routes.add("GET", PULLS + "/{index}", this::pull);
        routes.add("PATCH", PULLS + "/{index}", this::edit);
        routes.add("GET", PULLS + "/{base}/{head*}", this::between);
    }

    private Reply list(ApiCall call) {
        var repo = call.repo();
        String state = call.query().getOrDefault("state", "open");
        String base = call.query().getOrDefault("base_branch", "");
        var all = call.parts()
                .ledger()
                .issuesOf(repo)
                .filter(issue -> issue.pull() != null
                        && (base.isEmpty() || issue.pull().base().equals(base))
                        && (state.equals("all") || issue.open() == state.equals("open")))
                .toList()
                .reversed();
        return Reply.list(
                call.page(all).stream().map(issue -> shape(call, repo, issue)).toList(), all.size());
    }

    private Reply open(ApiCall call) {
        var author = call.signedIn();
        var repo = call.writable(Access.READ);
        var issue = acts.open(
                repo, author, call.required("title"), call.field("body"), call.field("head"), call.field("base"));
        return Reply.created(shape(call, repo, issue));
    }

    private Reply pull(ApiCall call) {
        var repo = call.repo();
        return Reply.ok(shape(call, repo, found(call, repo)));
    }

    /** As in Gitea any of them will do, and it happens to be the oldest. */
    private Reply between(ApiCall call) {
        var repo = call.repo();
        var issue = acts.between(repo, call.text("head"), call.text("base"))
                .findFirst()
                .orElseThrow(ApiError::notFound);
        return Reply.ok(shape(call, repo, issue));
    }

    /** Answers 201 for what it did not create, as Gitea does. */
    private Reply edit(ApiCall call) {
        var editor = call.signedIn();
        var repo = call.writable(Access.READ);
        var issue = found(call, repo);
        if (!editor.login().equals(issue.author()) && !call.access(repo).includes(Access.WRITE)) {
            throw ApiError.empty(403);
        }
        boolean open = open(call, issue);
        var pull = Objects.requireNonNull(issue.pull());
        if (open && !issue.open()) {
            acts.between(repo, pull.head(), pull.base())
                    .filter(Issue::open)
                    .findFirst()
                    .ifPresent(_ -> {
                        throw new ApiError(412, "cannot change state of this pull request, it is open already");
                    });
        }
        String title = call.field("title").isEmpty() ? issue.title() : call.field("title");
        String body = call.body().has("body") ? call.field("body") : issue.body();
        return Reply.created(shape(call, repo, acts.edit(repo, issue, editor, title, body, open)));
    }

    private static boolean open(ApiCall call, Issue issue) {
        return switch (call.field("state")) {
            case "open" -> true;
            case "closed" -> false;
            case "" -> issue.open();
            default -> throw new ApiError(412, "unknown state: " + call.field("state"));
        };
    }

    private static Issue found(ApiCall call, Repo repo) {
        return call.issue(repo).filter(issue -> issue.pull() != null).orElseThrow(ApiError::notFound);
    }

    private static ObjectNode shape(ApiCall call, Repo repo, Issue issue) {
        try (var git = call.parts().git(repo)) {
            return new PullShape(call.parts().shapes(), repo, git)
                    .of(issue, Objects.requireNonNull(issue.pull()), call.access(repo));
        }
    }
}
