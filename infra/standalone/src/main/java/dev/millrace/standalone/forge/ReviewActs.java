package dev.millrace.standalone.forge;

import dev.millrace.standalone.forge.Ledger.Account;
import dev.millrace.standalone.forge.Ledger.Event;
import dev.millrace.standalone.forge.Ledger.Issue;
import dev.millrace.standalone.forge.Ledger.Pull;
import dev.millrace.standalone.forge.Ledger.Remark;
import dev.millrace.standalone.forge.Ledger.Repo;
import dev.millrace.standalone.forge.Ledger.Review;
import java.util.List;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/** What people do in reviews of pull requests. */
final class ReviewActs {
    private final Parts parts;
    private final Notices notices;

    ReviewActs(Parts parts, Notices notices) {
        this.parts = parts;
        this.notices = notices;
    }

    /** What is to be said of a line. */
    record Said(String path, long line, String body) {}

    Review review(Repo repo, Issue issue, Pull pull, Account author, String state, String body, List<Said> remarks) {
        String diff;
        String head;
        try (var git = parts.git(repo)) {
            ObjectId tip = Repositories.resolve(git, PullShape.headRef(issue)).orElseThrow(ApiError::notFound);
            diff = Changes.diff(git, ObjectId.fromString(pull.mergeBase()), tip);
            head = tip.name();
        }
        var review = parts.store().alone(() -> {
            long id = Ledger.nextId(parts.ledger().reviews());
            var kept = parts.store().put(new Review(id, issue.id(), author.login(), state, body, head, parts.now()));
            for (Said said : remarks) {
                long next = Ledger.nextId(parts.ledger().remarks());
                String hunk = Hunks.around(diff, said.path(), said.line());
                parts.store().put(new Remark(next, id, said.path(), said.line(), said.body(), hunk));
            }
            record(issue, Event.Kind.REVIEW, author, body, null, id);
            return kept;
        });
        notices.reviewed(repo, issue, pull, review, author);
        return review;
    }

    /** A request is kept as a review that is still to come. */
    Review request(Repo repo, Issue issue, Pull pull, Account asker, String reviewer) {
        var request = parts.store().alone(() -> {
            long id = Ledger.nextId(parts.ledger().reviews());
            record(issue, Event.Kind.REVIEW_REQUEST, asker, "", reviewer, null);
            return parts.store().put(new Review(id, issue.id(), reviewer, "REQUEST_REVIEW", "", "", parts.now()));
        });
        notices.reviewRequested(repo, issue, pull, reviewer, asker);
        return request;
    }

    private void record(
            Issue issue,
            Event.Kind kind,
            Account author,
            String body,
            @Nullable String assignee,
            @Nullable Long review) {
        var now = parts.now();
        long id = Ledger.nextId(parts.ledger().events());
        parts.store().put(new Event(id, issue.id(), kind, author.login(), body, null, assignee, review, now, now));
        parts.store().put(issue.labelled(issue.labels(), now));
    }
}
