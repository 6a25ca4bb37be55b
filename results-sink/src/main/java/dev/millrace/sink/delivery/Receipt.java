package dev.millrace.sink.delivery;

import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.avro.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Collects what was done for one outcome, and how long each part took. */
final class Receipt {
    private static final int MOST_REASON = 4_000;

    private final TaskOutcome outcome;
    private final InstantSource clock;
    private final List<Timing> timings = new ArrayList<>();
    private Instant lap;
    private String branch = "";
    private String commit = "";
    private long pullRequest;
    private String pullRequestUrl = "";

    Receipt(TaskOutcome outcome, InstantSource clock) {
        this.outcome = outcome;
        this.clock = clock;
        this.lap = clock.instant();
    }

    /** The part that ends now began when the last one ended. */
    void ended(String part) {
        Instant now = clock.instant();
        timings.add(new Timing(part, Duration.between(lap, now).toNanos() / 1000));
        lap = now;
    }

    void pushed(String branch, String commit) {
        this.branch = branch;
        this.commit = commit;
    }

    void proposed(Destination.Proposed proposed) {
        pullRequest = proposed.number();
        pullRequestUrl = proposed.page().toString();
    }

    boolean isPushed() {
        return !branch.isEmpty();
    }

    /** As the outcome says. */
    Delivery asItEnded(String reason) {
        return as(outcome.getOutcome(), reason);
    }

    Delivery as(Outcome seen, String reason) {
        return Delivery.newBuilder()
                .setTaskId(outcome.getTaskId())
                .setRepo(outcome.getRepo())
                .setDeliveredAt(clock.instant())
                .setOutcome(seen)
                .setReason(reason.length() <= MOST_REASON ? reason : reason.substring(0, MOST_REASON) + "…")
                .setBranch(branch)
                .setCommit(commit)
                .setPullRequest(pullRequest)
                .setPullRequestUrl(pullRequestUrl)
                .setTimings(List.copyOf(timings))
                .build();
    }
}
