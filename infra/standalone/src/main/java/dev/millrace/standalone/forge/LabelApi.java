package dev.millrace.standalone.forge;

import dev.millrace.standalone.forge.Ledger.Issue;
import dev.millrace.standalone.forge.Ledger.Label;
import dev.millrace.standalone.forge.Ledger.Repo;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The labels of issues. */
final class LabelApi {
    private static final String ISSUE = "repos/{owner}/{repo}/issues/{index}";

    private final IssueActs acts;

    LabelApi(IssueActs acts) {
        this.acts = acts;
    }

    void addTo(Routes routes) {
        routes.add("GET", ISSUE + "/labels", call -> labels(call, IssueApi.found(call, call.repo())));
        routes.add("POST", ISSUE + "/labels", this::addLabels);
        routes.add("PUT", ISSUE + "/labels", this::replaceLabels);
        routes.add("DELETE", ISSUE + "/labels", this::clearLabels);
        routes.add("DELETE", ISSUE + "/labels/{id}", this::removeLabel);
    }

    private Reply addLabels(ApiCall call) {
        var repo = call.writable(Access.WRITE);
        var issue = IssueApi.found(call, repo);
        var labels = new LinkedHashSet<>(issue.labels());
        labels.addAll(chosen(call, repo));
        return labels(call, acts.label(repo, issue, call.signedIn(), List.copyOf(labels)));
    }

    private Reply replaceLabels(ApiCall call) {
        var repo = call.writable(Access.WRITE);
        return labels(call, acts.label(repo, IssueApi.found(call, repo), call.signedIn(), chosen(call, repo)));
    }

    private Reply clearLabels(ApiCall call) {
        var repo = call.writable(Access.WRITE);
        acts.clearLabels(repo, IssueApi.found(call, repo), call.signedIn());
        return Reply.none();
    }

    private Reply removeLabel(ApiCall call) {
        var repo = call.writable(Access.WRITE);
        var issue = IssueApi.found(call, repo);
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
    static List<Long> chosen(ApiCall call, Repo repo) {
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
