package dev.millrace.standalone.forge;

import dev.millrace.standalone.forge.Ledger.Event;
import dev.millrace.standalone.forge.Ledger.Issue;
import dev.millrace.standalone.forge.Ledger.Label;
import dev.millrace.standalone.forge.Ledger.Repo;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Issues, their comments, labels, reactions and timeline. */
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
        routes.add("GET", ISSUE + "/timeline", IssueApi::timeline);
        routes.add("GET", ISSUE + "/comments", IssueApi::comments);
        routes.add("POST", ISSUE + "/comments", this::comment);
        routes.add("POST", ISSUE + "/reactions", this::reactToIssue);
        routes.add("GET", ISSUE + "/labels", call -> labels(call, found(call, call.repo())));
        routes.add("POST", ISSUE + "/labels", this::addLabels);
        routes.add("PUT", ISSUE + "/labels", this::replaceLabels);
        routes.add("DELETE", ISSUE + "/labels", this::clearLabels);
        routes.add("DELETE", ISSUE + "/labels/{id}", this::removeLabel);
    }

    private static Issue found(ApiCall call, Repo repo) {
        return call.issue(repo).orElseThrow(ApiError::notFound);
    }

    private static Reply issue(ApiCall call) {
        var repo = call.repo();
        return Reply.ok(call.parts().shapes().issue(repo, found(call, repo)));
    }

    /** Labels and assignees that come with a new issue are told in webhooks of their own, as Gitea does. */
    private Reply open(ApiCall call) {
        var author = call.signedIn();
        var repo = call.writable(Access.READ);
        String title = call.required("title");
        boolean trusted = call.access(repo).includes(Access.WRITE);
        var labels = trusted ? chosen(call, repo) : List.<Long>of();
        var assignees = trusted
                ? call.values("assignees").stream().map(JsonNode::asString).toList()
                : List.<String>of();
        for (String assignee : assignees) {
            if (call.parts().ledger().account(assignee).isEmpty()) {
                throw new ApiError(422, "Assignee does not exist: [name: %s]".formatted(assignee));
            }
        }
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
        var page = call.page(call.parts().ledger().timeline(issue).toList()).stream()
                .map(event -> shapes.event(repo, issue, event))
                .toList();
        JsonNode body = page.isEmpty() ? Shapes.object().nullNode() : Shapes.array(page);
        return new Reply(200, body, OptionalLong.of(page.size()));
    }

    private static Reply comments(ApiCall call) {
        var repo = call.repo();
        var issue = call.issue(repo).orElseThrow(ApiError::internal);
        var shapes = call.parts().shapes();
        var all = call.parts()
                .ledger()
                .comments(issue)
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

    private Reply addLabels(ApiCall call) {
        var repo = call.writable(Access.WRITE);
        var issue = found(call, repo);
        var labels = new LinkedHashSet<>(issue.labels());
        labels.addAll(chosen(call, repo));
        return labels(call, acts.label(repo, issue, call.signedIn(), List.copyOf(labels)));
    }

    private Reply replaceLabels(ApiCall call) {
        var repo = call.writable(Access.WRITE);
        return labels(call, acts.label(repo, found(call, repo), call.signedIn(), chosen(call, repo)));
    }

    private Reply clearLabels(ApiCall call) {
        var repo = call.writable(Access.WRITE);
        acts.clearLabels(repo, found(call, repo), call.signedIn());
        return Reply.none();
    }

    private Reply removeLabel(ApiCall call) {
        var repo = call.writable(Access.WRITE);
        var issue = found(call, repo);
        long id = call.number("id");
        if (call.parts().ledger().labels().stream().noneMatch(l -> l.repo() == repo.id() && l.id() == id)) {
            throw new ApiError(422, "label does not exist [label_id: %d]".formatted(id));
        }
        var left = new ArrayList<>(issue.labels());
        left.remove(id);
        acts.label(repo, issue, call.signedIn(), List.copyOf(left));
        return Reply.none();
    }

    private static Reply labels(ApiCall call, Issue issue) {
        var shapes = call.parts().shapes();
        var all = call.parts().ledger().labelsOf(issue).map(shapes::label).toList();
        return Reply.list(all, all.size());
    }

    /** By id or by name, but not mixed; those that are not there are passed over. */
    private static List<Long> chosen(ApiCall call, Repo repo) {
        var asked = call.values("labels");
        if (asked.stream().anyMatch(JsonNode::isString) && asked.stream().anyMatch(JsonNode::isNumber)) {
            throw new ApiError(400, "labels should be an array of strings or integers");
        }
        return call.parts().ledger().labels().stream()
                .filter(label -> label.repo() == repo.id()
                        && asked.stream()
                                .anyMatch(one -> one.isNumber()
                                        ? one.asLong() == label.id()
                                        : one.asString().equals(label.name())))
                .map(Label::id)
                .toList();
    }
}
