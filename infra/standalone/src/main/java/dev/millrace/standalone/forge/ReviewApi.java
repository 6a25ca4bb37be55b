package dev.millrace.standalone.forge;

import dev.millrace.standalone.forge.Ledger.Issue;
import dev.millrace.standalone.forge.Ledger.Remark;
import dev.millrace.standalone.forge.Ledger.Repo;
import dev.millrace.standalone.forge.Ledger.Review;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Reviews of pull requests, what they say of lines, and who is asked for one. */
final class ReviewApi {
    private static final String PULL = "repos/{owner}/{repo}/pulls/{index}";
    private static final Set<String> STATES = Set.of("APPROVED", "REQUEST_CHANGES", "COMMENT");

    private final ReviewActs acts;

    ReviewApi(ReviewActs acts) {
        this.acts = acts;
    }

    void addTo(Routes routes) {
        routes.add("GET", PULL + "/reviews", ReviewApi::list);
        routes.add("POST", PULL + "/reviews", this::review);
        routes.add("GET", PULL + "/reviews/{id}/comments", ReviewApi::remarks);
        routes.add("POST", PULL + "/requested_reviewers", this::request);
    }

    private static Issue found(ApiCall call, Repo repo) {
        return call.issue(repo).filter(issue -> issue.pull() != null).orElseThrow(ApiError::notFound);
    }

    private static Reply list(ApiCall call) {
        var repo = call.repo();
        var issue = found(call, repo);
        var all = call.parts().ledger().reviewsOf(issue).toList();
        return Reply.list(
                call.page(all).stream()
                        .map(review -> shape(call, repo, issue, review))
                        .toList(),
                all.size());
    }

    private Reply review(ApiCall call) {
        var author = call.signedIn();
        var repo = call.writable(Access.READ);
        var issue = found(call, repo);
        String state = call.field("event");
        if (!STATES.contains(state)) {
            throw new ApiError(422, "unknown kind of review: " + state);
        }
        if (!state.equals("COMMENT") && author.login().equals(issue.author())) {
            throw new ApiError(422, "approve your own pull is not allowed");
        }
        var said = call.values("comments").stream()
                .map(one -> new ReviewActs.Said(
                        one.path("path").asString(""),
                        one.path("new_position").asLong(0),
                        one.path("body").asString("")))
                .toList();
        var pull = Objects.requireNonNull(issue.pull());
        var review = acts.review(repo, issue, pull, author, state, call.field("body"), said);
        return Reply.ok(shape(call, repo, issue, review));
    }

    private static Reply remarks(ApiCall call) {
        var repo = call.repo();
        var issue = found(call, repo);
        var review = call.parts()
                .ledger()
                .reviewsOf(issue)
                .filter(one -> one.id() == call.number("id"))
                .findFirst()
                .orElseThrow(ApiError::notFound);
        var all = call.parts()
                .ledger()
                .remarksOf(review)
                .map(remark -> shape(call, repo, issue, review, remark))
                .toList();
        return Reply.ok(Shapes.array(all));
    }

    private Reply request(ApiCall call) {
        var asker = call.signedIn();
        var repo = call.writable(Access.WRITE);
        var issue = found(call, repo);
        var pull = Objects.requireNonNull(issue.pull());
        var ledger = call.parts().ledger();
        var reviewers = call.values("reviewers").stream()
                .map(one -> ledger.account(one.asString("")).orElseThrow(ApiError::notFound))
                .toList();
        var asked = reviewers.stream()
                .map(reviewer -> acts.request(repo, issue, pull, asker, reviewer.login()))
                .map(review -> shape(call, repo, issue, review))
                .toList();
        return Reply.created(Shapes.array(asked));
    }

    private static ObjectNode shape(ApiCall call, Repo repo, Issue issue, Review review) {
        String page = call.parts().shapes().page(repo, issue);
        var shape = Shapes.object().put("id", review.id());
        shape.set("user", call.parts().shapes().user(review.author()));
        return shape.putNull("team")
                .put("state", review.state())
                .put("body", review.body())
                .put("commit_id", review.commit())
                .put("stale", false)
                .put("official", false)
                .put("dismissed", false)
                .put("comments_count", call.parts().ledger().remarksOf(review).count())
                .put("submitted_at", Shapes.time(review.submitted()))
                .put("updated_at", Shapes.time(review.submitted()))
                .put("html_url", page + "#issuecomment-" + review.id())
                .put("pull_request_url", page);
    }

    private static ObjectNode shape(ApiCall call, Repo repo, Issue issue, Review review, Remark remark) {
        String page = call.parts().shapes().page(repo, issue);
        var shape = Shapes.object().put("id", remark.id()).put("body", remark.body());
        shape.set("user", call.parts().shapes().user(review.author()));
        return shape.putNull("resolver")
                .put("pull_request_review_id", review.id())
                .put("created_at", Shapes.time(review.submitted()))
                .put("updated_at", Shapes.time(review.submitted()))
                .put("path", remark.path())
                .put("commit_id", review.commit())
                .put("original_commit_id", "")
                .put("diff_hunk", remark.hunk())
                .put("position", remark.line())
                .put("original_position", 0)
                .put("html_url", page + "#issuecomment-" + remark.id())
                .put("pull_request_url", page);
    }
}
