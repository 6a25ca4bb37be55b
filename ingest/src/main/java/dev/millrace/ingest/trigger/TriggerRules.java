package dev.millrace.ingest.trigger;

import dev.millrace.ingest.trigger.Decision.Ignored;
import dev.millrace.ingest.trigger.Decision.Trigger;
import dev.millrace.ingest.trigger.ForgeEvent.CommentCreated;
import dev.millrace.ingest.trigger.ForgeEvent.Issue;
import dev.millrace.ingest.trigger.ForgeEvent.IssueLabelled;
import dev.millrace.ingest.trigger.ForgeEvent.IssueOpened;
import dev.millrace.ingest.trigger.ForgeEvent.Other;
import dev.millrace.ingest.trigger.Wish.Cause;

/** Which events are triggers: a pure function of the event, the settings and the bot's login. */
final class TriggerRules {
    private final String label;
    private final RepositoryPatterns repositories;

    TriggerRules(TriggerProperties properties) {
        label = properties.label();
        repositories = new RepositoryPatterns(properties.repositories());
    }

    Decision decide(ForgeEvent event, String bot) {
        return switch (event) {
            case Other other -> new Ignored(other.what() + " is no trigger");
            case IssueLabelled labelled -> fenced(labelled.issue(), labelled.sender(), bot, labelled(labelled));
            case IssueOpened opened -> fenced(opened.issue(), opened.sender(), bot, opened(opened, bot));
            case CommentCreated created ->
                created.comment().author().equalsIgnoreCase(bot)
                        ? new Ignored("the bot's own comment")
                        : fenced(created.issue(), created.sender(), bot, commented(created, bot));
        };
    }

    private Decision fenced(Issue issue, String sender, String bot, Decision decision) {
        if (sender.equalsIgnoreCase(bot)) {
            return new Ignored("the bot's own doing");
        }
        if (!repositories.allow(issue.repo())) {
            return new Ignored("%s is not among the repositories allowed".formatted(issue.repo()));
        }
        return decision;
    }

    private Decision labelled(IssueLabelled event) {
        if (event.issue().pull()) {
            return new Ignored("labels trigger on issues only");
        }
        if (!event.issue().labels().contains(label)) {
            return new Ignored("the issue has no label " + label);
        }
        return new Trigger(new Wish(event.issue(), event.sender(), new Cause.Label(false), ""));
    }

    private Decision opened(IssueOpened event, String bot) {
        if (event.issue().pull()) {
            return new Ignored("opened pull requests are no trigger");
        }
        boolean mentioned = new Mention(bot).in(event.issue().body());
        if (event.issue().labels().contains(label)) {
            return new Trigger(new Wish(event.issue(), event.sender(), new Cause.Label(mentioned), ""));
        }
        return mentioned
                ? new Trigger(new Wish(event.issue(), event.sender(), new Cause.Opening(), ""))
                : new Ignored("neither label nor mention");
    }

    private static Decision commented(CommentCreated event, String bot) {
        var mention = new Mention(bot);
        String body = event.comment().body();
        return mention.in(body)
                ? new Trigger(new Wish(
                        event.issue(),
                        event.sender(),
                        new Cause.Comment(event.comment().id()),
                        body))
                : new Ignored("no mention of " + bot);
    }
}
