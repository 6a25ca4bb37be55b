package dev.millrace.standalone.forge;

import dev.millrace.standalone.forge.Ledger.Event;
import dev.millrace.standalone.forge.Ledger.Issue;
import dev.millrace.standalone.forge.Ledger.Repo;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Issues, their comments, reactions and timeline. */
final class IssueApi {
    private static final Set<String> REACTIONS =
            Set.of("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes");
    private static final String ISSUE = "repos/{owner}/{repo}/issues/{index}";
    private static final String COMMENT = "repos/{owner}/{repo}/issues/comments/{id}";

    private final IssueActs acts;

    IssueApi(IssueActs acts) {
        this.acts = acts;
    }

    void addTo(Routes routes) {
        routes.add("PATCH", COMMENT, this::editComment);
        routes.add("POST", COMMENT + "/reactions", this::reactToComment);
        routes.add("POST", "repos/{owner}/{repo}/issues", this::open);
        routes.add("GET", ISSUE, IssueApi::issue);
        routes.add("PATCH", ISSUE, this::edit);
        routes.add("GET", ISSUE + "/timeline", IssueApi::timeline);
        routes.add("GET", ISSUE + "/comments", IssueApi::comments);
        routes.add("POST", ISSUE + "/comments", this::comment);
        routes.add("POST", ISSUE + "/reactions", this::reactToIssue);
    }

    static Issue found(ApiCall call, Repo repo) {
        return call.issue(repo).orElseThrow(ApiError::notFound);
    }

    private static Reply issue(ApiCall call) {
        var repo = call.repo();
        return Reply.ok(call.parts().shapes().issue(repo, found(call, repo)));
    }

    /** Answers 201 for what it did not create, as Gitea does. */
    private Reply edit(ApiCall call) {
        var editor = call.signedIn();
        var repo = call.writable(Access.READ);
        var issue = found(call, repo);
        boolean writer = call.access(repo).includes(Access.WRITE);
        if (!writer && !editor.login().equals(issue.author())) {
            throw ApiError.empty(403);
        }
        String title = call.field("title").isEmpty() ? issue.title() : call.field("title");
        String body = call.body().has("body") ? call.field("body") : issue.body();
        String state = call.field("state");
        var edited = acts.edit(repo, issue, editor, title, body, state.isEmpty() ? issue.open() : state.equals("open"));
        if (writer && call.body().has("assignees")) {
            edited = acts.reassign(repo, edited, editor, assignees(call));
        }
        return Reply.created(call.parts().shapes().issue(repo, edited));
    }

    private static List<String> assignees(ApiCall call) {
        var assignees =
                call.values("assignees").stream().map(JsonNode::asString).toList();
        for (String assignee : assignees) {
            if (call.parts().ledger().account(assignee).isEmpty()) {
                throw new ApiError(422, "Assignee does not exist: [name: %s]".formatted(assignee));
            }
        }
        return assignees;
    }

    /** Labels and assignees that come with a new issue are told in webhooks of their own, as Gitea does. */
    private Reply open(ApiCall call) {
        var author = call.signedIn();
        var repo = call.writable(Access.READ);
        String title = call.required("title");
        boolean trusted = call.access(repo).includes(Access.WRITE);
        var labels = trusted ? LabelApi.chosen(call, repo) : List.<Long>of();
        var assignees = trusted ? assignees(call) : List.<String>of();
        var issue = acts.open(repo, author, title, call.field("body"), OptionalLong.empty());
        if (!labels.isEmpty()) {
            issue = acts.label(repo, issue, author, labels);
        }
        if (!assignees.isEmpty()) {
            issue = acts.assign(repo, issue, author, assignees);
        }
        return Reply.created(call.parts().shapes().issue(repo, issue));
    }

    /** Gitea counts only what is on the page, and writes null for an empty one. */
    private static Reply timeline(ApiCall call) {
        var repo = call.repo();
        var issue = call.issue(repo).orElseThrow(ApiError::internal);
        var shapes = call.parts().shapes();
        var entries = call.since(call.parts().ledger().timeline(issue).toList(), Event::updated);
        var page = call.page(entries).stream()
                .map(event -> shapes.event(repo, issue, event))
                .toList();
        JsonNode body = page.isEmpty() ? Shapes.object().nullNode() : Shapes.array(page);
        return new Reply(200, body, OptionalLong.of(page.size()));
    }

    private static Reply comments(ApiCall call) {
        var repo = call.repo();
        var issue = call.issue(repo).orElseThrow(ApiError::internal);
        var shapes = call.parts().shapes();
        var comments = call.since(call.parts().ledger().comments(issue).toList(), Event::updated);
        var all = comments.stream()
                .map(comment -> shapes.comment(repo, issue, comment))
                .toList();
        return Reply.list(all, all.size());
    }

    private Reply comment(ApiCall call) {
        var author = call.signedIn();
        var repo = call.writable(Access.READ);
        String body = call.required("body");
        var issue = call.issue(repo).orElseThrow(ApiError::internal);
        var comment = acts.comment(repo, issue, author, body);
        return Reply.created(call.parts().shapes().comment(repo, issue, comment));
    }

    private Reply editComment(ApiCall call) {
        var editor = call.signedIn();
        var repo = call.writable(Access.READ);
        var event = event(call);
        var issue = issueOf(call, repo, event);
        if (!editor.login().equals(event.author()) && !call.access(repo).includes(Access.WRITE)) {
            throw ApiError.empty(403);
        }
        if (event.kind() != Event.Kind.COMMENT) {
            return Reply.none();
        }
        var edited = acts.edit(repo, issue, event, editor, call.required("body"));
        return Reply.ok(call.parts().shapes().comment(repo, issue, edited));
    }

    private static Event event(ApiCall call) {
        long id = call.number("id");
        return call.parts().ledger().events().stream()
                .filter(event -> event.id() == id)
                .findFirst()
                .orElseThrow(ApiError::notFound);
    }

    private static Issue issueOf(ApiCall call, Repo repo, Event event) {
        return call.parts()
                .ledger()
                .issuesOf(repo)
                .filter(issue -> issue.id() == event.issue())
                .findFirst()
                .orElseThrow(() -> ApiError.empty(404));
    }

    private Reply reactToIssue(ApiCall call) {
        return react(call, false, found(call, call.writable(Access.READ)).id());
    }

    private Reply reactToComment(ApiCall call) {
        var repo = call.writable(Access.READ);
        var event = event(call);
        issueOf(call, repo, event);
        return react(call, true, event.id());
    }

    private Reply react(ApiCall call, boolean onComment, long target) {
        String content = call.field("content");
        if (!REACTIONS.contains(content)) {
            throw new ApiError(403, "'%s' is not an allowed reaction".formatted(content));
        }
        var reacted = acts.react(onComment, target, call.signedIn(), content);
        var shape = call.parts().shapes().reaction(reacted.reaction());
        return reacted.fresh() ? Reply.created(shape) : Reply.ok(shape);
    }
}
