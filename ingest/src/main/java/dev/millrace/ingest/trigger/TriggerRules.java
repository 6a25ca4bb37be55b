package dev.millrace.ingest.trigger;

import dev.millrace.ingest.trigger.Decision.Ignored;
import dev.millrace.ingest.trigger.Decision.Trigger;
import dev.millrace.ingest.trigger.ForgeEvent.Assigned;
import dev.millrace.ingest.trigger.ForgeEvent.CommentCreated;
import dev.millrace.ingest.trigger.ForgeEvent.Issue;
import dev.millrace.ingest.trigger.ForgeEvent.Labelled;
import dev.millrace.ingest.trigger.ForgeEvent.Opened;
import dev.millrace.ingest.trigger.ForgeEvent.Other;
import dev.millrace.ingest.trigger.ForgeEvent.ReviewRequested;
import dev.millrace.ingest.trigger.ForgeEvent.Reviewed;
import dev.millrace.ingest.trigger.Wish.Cause;
import dev.millrace.schemas.id.RepoId;

/** Which events are triggers: a pure function of the event, the settings and the bot's login. */
final class TriggerRules {
    private final String label;
    private final RepositoryPatterns repositories;

    TriggerRules(TriggerProperties properties) {
        label = properties.label();
        repositories = new RepositoryPatterns(properties.repositories());
    }

    boolean serves(RepoId repo) {
        return repositories.allow(repo);
    }

    Decision decide(ForgeEvent event, String bot) {
        return switch (event) {
            case Other other -> new Ignored(other.what() + " is no trigger");
            case Labelled labelled -> fenced(labelled.issue(), labelled.sender(), bot, labelled(labelled));
            case Assigned assigned -> fenced(assigned.issue(), assigned.sender(), bot, assigned(assigned, bot));
            case Opened opened -> fenced(opened.issue(), opened.sender(), bot, opened(opened, bot));
            case CommentCreated created ->
                created.comment().author().equalsIgnoreCase(bot)
                        ? new Ignored("the bot's own comment")
                        : fenced(created.issue(), created.sender(), bot, commented(created, bot));
            case Reviewed reviewed -> fenced(reviewed.pull(), reviewed.sender(), bot, reviewed(reviewed));
            case ReviewRequested requested ->
                fenced(requested.pull(), requested.sender(), bot, requested(requested, bot));
        };
    }

    private Decision fenced(Issue issue, String sender, String bot, Decision decision) {
        if (sender.equalsIgnoreCase(bot)) {
            return new Ignored("the bot's own doing");
        }
        if (!serves(issue.repo())) {
            return new Ignored("%s is not among the repositories allowed".formatted(issue.repo()));
        }
        return decision;
    }

    private Decision labelled(Labelled event) {
        return event.issue().labels().contains(label)
                ? wish(event.issue(), event.sender(), new Cause.Label())
                : new Ignored("the %s has no label %s".formatted(event.issue().kind(), label));
    }

    private static Decision assigned(Assigned event, String bot) {
        return has(event.issue(), bot)
                ? wish(event.issue(), event.sender(), new Cause.Assignment())
                : new Ignored("%s is not assigned".formatted(bot));
    }

    /** A mention counts for good, label and assignment only for as long as they stand. */
    private Decision opened(Opened event, String bot) {
        Issue issue = event.issue();
        if (new Mention(bot).in(issue.body())) {
            return wish(issue, event.sender(), new Cause.Opening());
        }
        if (issue.labels().contains(label)) {
            return wish(issue, event.sender(), new Cause.Label());
        }
        return has(issue, bot)
                ? wish(issue, event.sender(), new Cause.Assignment())
                : new Ignored("neither label nor mention nor assignment");
    }

    private static Decision commented(CommentCreated event, String bot) {
        String body = event.comment().body();
        return new Mention(bot).in(body)
                ? new Trigger(new Wish(
                        event.issue(),
                        event.sender(),
                        new Cause.Comment(event.comment().id()),
                        body))
                : new Ignored("no mention of " + bot);
    }

    private static Decision reviewed(Reviewed event) {
        return new Trigger(new Wish(event.pull(), event.sender(), new Cause.Review(event.id()), event.body()));
    }

    private static Decision requested(ReviewRequested event, String bot) {
        return event.reviewer().equalsIgnoreCase(bot)
                ? wish(event.pull(), event.sender(), new Cause.ReviewRequest())
                : new Ignored("the review of another is asked for");
    }

    private static Decision wish(Issue issue, String sender, Cause cause) {
        return new Trigger(new Wish(issue, sender, cause, ""));
    }

    private static boolean has(Issue issue, String bot) {
        return issue.assignees().stream().anyMatch(bot::equalsIgnoreCase);
    }
}
