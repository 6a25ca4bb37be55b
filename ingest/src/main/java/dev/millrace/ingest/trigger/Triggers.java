package dev.millrace.ingest.trigger;

import dev.millrace.gitea.GiteaHistory;
import dev.millrace.gitea.GiteaHistory.Branches;
import dev.millrace.gitea.GiteaHistory.Discussion;
import dev.millrace.gitea.GiteaHistory.Entry;
import dev.millrace.gitea.GiteaHistory.Review;
import dev.millrace.ingest.trigger.Inquiry.Finding;
import dev.millrace.ingest.trigger.Questions.Asked;
import dev.millrace.schemas.avro.Remark;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** From an event to a task: the rules first, then the forge, which has the last word on who asked. Thread-safe. */
public final class Triggers {
    private final TriggerRules rules;
    private final Inquiry inquiry;
    private final WhoMay who;
    private final Refusals refusals;
    private final TaskWriter tasks;
    private final Replies replies;
    private final Forge forge;

    public Triggers(TriggerProperties properties, WhoProperties who, Forge forge, InstantSource clock) {
        this.rules = new TriggerRules(properties);
        this.inquiry = new Inquiry(forge, properties.label());
        this.who = new WhoMay(who, forge, clock);
        this.refusals = new Refusals(who);
        this.tasks = new TaskWriter(properties, clock);
        this.replies = new Replies(forge, tasks, properties.label(), clock);
        this.forge = forge;
    }

    /** All that deciding needs of the forge. Thread-safe; every call is bounded and throws where the forge gave no answer. */
    public interface Forge {
        /** Login of the account that Millrace acts as. */
        String bot();

        boolean mayWrite(RepoId repo, String login);

        boolean isMember(String organisation, String team, String login);

        /** The issue or pull request as it is now. */
        Optional<Discussion> discussion(RepoId repo, long number);

        /** The whole timeline; empty where the forge has none. */
        Optional<List<Entry>> timeline(RepoId repo, long number);

        List<Review> reviews(RepoId repo, long number);

        List<GiteaHistory.Remark> remarks(RepoId repo, long number, long review);

        /** The comments of the conversation, oldest first. */
        List<Entry> said(RepoId repo, long number);

        Optional<Branches> branches(RepoId repo, long number);

        /** The comments that tell of the bot's tasks on the issue or pull request, oldest first. */
        List<Note> notes(RepoId repo, long number);

        /**
         * A comment that tells of a task.
         *
         * @param text without the marker
         */
        record Note(TaskId task, String text) {}
    }

    /** Whether the operator lets the bot work in the repository. */
    public boolean serves(RepoId repo) {
        return rules.serves(repo);
    }

    /**
     * Decides; changes nothing in the forge, so that it may be asked again.
     *
     * @throws RuntimeException of the port, where the forge gave no answer: nothing is decided then
     */
    public Ruling rule(ForgeEvent event) {
        if (event instanceof ForgeEvent.Other(String what)) {
            return new Ruling.Ignored(what + " is no trigger");
        }
        String bot = forge.bot();
        return switch (rules.decide(event, bot)) {
            case Decision.Ignored(String reason) -> new Ruling.Ignored(reason);
            case Decision.Trigger(Wish wish) when who.isMachine(wish.sender()) -> machine(wish);
            case Decision.Trigger(Wish wish) -> ask(wish, bot);
        };
    }

    private Ruling ask(Wish wish, String bot) {
        var issue = wish.issue();
        try (var questions = new Questions()) {
            // None of this hangs on what the inquiry finds, as a rule.
            var around = new Around(
                    questions.ask(() -> who.may(issue.repo(), wish.sender())),
                    questions.ask(() -> issue.pull() ? forge.branches(issue.repo(), issue.number()) : Optional.empty()),
                    questions.ask(() -> Conversation.before(wish, forge, questions)));
            return switch (inquiry.into(wish, bot, questions)) {
                case Finding.Gone(String reason) -> new Ruling.Ignored(reason);
                case Finding.Stands stands
                when stands.wish().sender().equalsIgnoreCase(bot) -> new Ruling.Ignored("the bot's own doing");
                case Finding.Stands stands when who.isMachine(stands.wish().sender()) -> machine(stands.wish());
                case Finding.Stands stands -> admit(stands, wish, around, bot);
            };
        }
    }

    /** What is asked about a wish while it is looked into. */
    private record Around(Asked<Boolean> may, Asked<Optional<Branches>> branches, Asked<List<Remark>> conversation) {}

    private Ruling admit(Finding.Stands stands, Wish asked, Around around, String bot) {
        Wish wish = stands.wish();
        TaskId id = stands.id();
        boolean allowed = wish.sender().equalsIgnoreCase(asked.sender())
                ? around.may().answer()
                : who.may(wish.issue().repo(), wish.sender());
        if (!allowed) {
            return refusals.notAllowed(wish, id);
        }
        return switch (Understanding.of(wish, bot)) {
            case Command.Work work ->
                started(
                        wish,
                        id,
                        around,
                        bot,
                        start -> tasks.write(
                                wish, id, work, start, around.conversation().answer()));
            case Command.Approve approve ->
                started(
                        wish,
                        id,
                        around,
                        bot,
                        start -> replies.approved(
                                approve, wish, id, start, around.conversation().answer()));
            case Command.Retry retry -> started(wish, id, around, bot, _ -> replies.retried(retry, wish, id));
            case Command.Cancel cancel -> replies.cancelled(cancel, wish, id);
            case Command.Status _ -> replies.status(wish, id);
            case Command.Help _ -> replies.help(wish, id);
            case Command.Unknown unknown -> replies.unknown(unknown, wish, id);
        };
    }

    /** What a task needs beside somebody who may ask for it. */
    private Ruling started(Wish wish, TaskId id, Around around, String bot, Function<Start, Ruling> ruling) {
        var start = Start.of(around.branches().answer(), bot);
        if (start instanceof Start.Elsewhere) {
            return refusals.elsewhere(wish, id);
        }
        if (!who.isWithinPersonsRate(wish.sender(), id)) {
            return refusals.tooManyByPerson(wish, id);
        }
        if (!who.isWithinIssuesRate(wish.issue(), id)) {
            return refusals.tooManyOnIssue(wish, id);
        }
        return ruling.apply(start);
    }

    private static Ruling machine(Wish wish) {
        return new Ruling.Ignored(
                "%s is a bot that is not listed in millrace.ingest.who.bots".formatted(wish.sender()));
    }
}
