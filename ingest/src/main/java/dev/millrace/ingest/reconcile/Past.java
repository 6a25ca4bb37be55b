package dev.millrace.ingest.reconcile;

import dev.millrace.gitea.GiteaHistory;
import dev.millrace.gitea.GiteaHistory.Discussion;
import dev.millrace.gitea.GiteaHistory.Entry;
import dev.millrace.ingest.trigger.ForgeEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What webhooks would have told of an issue or pull request since a moment, as far as the forge still knows it. */
final class Past {
    private final GiteaHistory history;

    Past(GiteaHistory history) {
        this.history = history;
    }

    /** The events, oldest first. */
    List<ForgeEvent> of(Discussion discussion, Instant since) {
        var issue = issue(discussion);
        List<ForgeEvent> events = new ArrayList<>();
        if (!discussion.created().isBefore(since)) {
            events.add(new ForgeEvent.Opened(issue, discussion.author()));
        }
        history.timeline(discussion.repo(), discussion.number(), since)
                .map(entries -> entries.stream().flatMap(entry -> event(issue, entry, since)))
                .orElseGet(() -> withoutTimeline(discussion, issue, since))
                .forEach(events::add);
        return events;
    }

    /** Who set a label or assigned somebody cannot be told without a timeline, so nobody is taken for it. */
    private Stream<ForgeEvent> withoutTimeline(Discussion discussion, ForgeEvent.Issue issue, Instant since) {
        var said = history.said(discussion.repo(), discussion.number(), since).stream()
                .flatMap(entry -> event(issue, entry, since));
        if (!discussion.pull()) {
            return said;
        }
        var reviewed = history.reviews(discussion.repo(), discussion.number()).stream()
                .filter(review -> !review.submitted().isBefore(since))
                .map(review ->
                        new ForgeEvent.Reviewed(issue, Optional.of(review.id()), review.body(), review.author()));
        return Stream.concat(said, reviewed);
    }

    /** What was written before and edited since is no news. */
    private static Stream<ForgeEvent> event(ForgeEvent.Issue issue, Entry entry, Instant since) {
        if (entry.created().isBefore(since) || entry.actor().isEmpty()) {
            return Stream.empty();
        }
        return switch (entry.kind()) {
            case COMMENT ->
                Stream.of(new ForgeEvent.CommentCreated(
                        issue, new ForgeEvent.Comment(entry.id(), entry.actor(), entry.body()), entry.actor()));
            case LABELLED -> Stream.of(new ForgeEvent.Labelled(issue, entry.actor()));
            case ASSIGNED -> Stream.of(new ForgeEvent.Assigned(issue, entry.actor()));
            case REVIEWED ->
                Stream.of(new ForgeEvent.Reviewed(
                        issue, Optional.of(entry.review()).filter(id -> id > 0), entry.body(), entry.actor()));
            case REVIEW_REQUESTED -> Stream.of(new ForgeEvent.ReviewRequested(issue, entry.subject(), entry.actor()));
            case OTHER -> Stream.empty();
        };
    }

    private static ForgeEvent.Issue issue(Discussion discussion) {
        return new ForgeEvent.Issue(
                discussion.repo(),
                discussion.number(),
                discussion.title(),
                discussion.body(),
                discussion.labels(),
                discussion.assignees(),
                discussion.pull());
    }
}
