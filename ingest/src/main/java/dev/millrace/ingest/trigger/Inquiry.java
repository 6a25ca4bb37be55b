package dev.millrace.ingest.trigger;

import dev.millrace.gitea.GiteaHistory.Discussion;
import dev.millrace.gitea.GiteaHistory.Entry;
import dev.millrace.gitea.GiteaHistory.Review;
import dev.millrace.ingest.trigger.Identity.Happening;
import dev.millrace.ingest.trigger.Wish.Cause;
import dev.millrace.schemas.id.TaskId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds out what an event leaves open: who did it, whether it still stands, and what a review says. */
final class Inquiry {
    private final Triggers.Forge forge;
    private final String label;

    Inquiry(Triggers.Forge forge, String label) {
        this.forge = forge;
        this.label = label;
    }

    sealed interface Finding {
        /** It counts; the wish holds all that is known now. */
        record Stands(Wish wish, TaskId id) implements Finding {}

        /** It is none, or none any more; the reason is for the log. */
        record Gone(String reason) implements Finding {}
    }

    Finding into(Wish wish, String bot, Questions questions) {
        return switch (wish.cause()) {
            case Cause.Opening _, Cause.Comment _ -> found(wish, Optional.empty(), Instant.EPOCH);
            case Cause.Label _ -> standing(wish, Entry.Kind.LABELLED, label, questions);
            case Cause.Assignment _ -> standing(wish, Entry.Kind.ASSIGNED, bot, questions);
            case Cause.ReviewRequest _ -> {
                var newest = newest(wish, Entry.Kind.REVIEW_REQUESTED, bot);
                yield found(by(newest, wish), newest, Instant.EPOCH);
            }
            case Cause.Review(Optional<Long> id) -> reviewed(wish, id, bot);
        };
    }

    /** Webhooks do not tell which label came or went: what counts is what stands now, and who brought it. */
    private Finding standing(Wish wish, Entry.Kind kind, String subject, Questions questions) {
        var issue = wish.issue();
        var entries = questions.ask(() -> newest(wish, kind, subject));
        var now =
                forge.discussion(issue.repo(), issue.number()).filter(one -> one.open() && stands(one, kind, subject));
        if (now.isEmpty()) {
            return new Finding.Gone("the %s is not open with %s any more".formatted(issue.kind(), subject));
        }
        var newest = entries.answer();
        return found(by(newest, wish), newest, now.get().created());
    }

    private static boolean stands(Discussion now, Entry.Kind kind, String subject) {
        return kind == Entry.Kind.LABELLED
                ? now.labels().contains(subject)
                : now.assignees().stream().anyMatch(subject::equalsIgnoreCase);
    }

    private Optional<Happening> newest(Wish wish, Entry.Kind kind, String subject) {
        var issue = wish.issue();
        return forge.timeline(issue.repo(), issue.number()).orElse(List.of()).stream()
                .filter(entry -> entry.kind() == kind && is(entry, subject))
                .max(Comparator.comparingLong(Entry::id))
                .map(entry -> new Happening(entry.id(), entry.actor(), entry.created()));
    }

    /** Labels differ by case, logins do not. */
    private static boolean is(Entry entry, String subject) {
        return entry.kind() == Entry.Kind.LABELLED
                ? entry.subject().equals(subject)
                : entry.subject().equalsIgnoreCase(subject);
    }

    private Finding reviewed(Wish wish, Optional<Long> id, String bot) {
        var pull = wish.issue();
        var review = forge.reviews(pull.repo(), pull.number()).stream()
                .filter(one -> id.map(known -> known == one.id()).orElseGet(() -> isMeant(one, wish)))
                .max(Comparator.comparingLong(Review::id));
        if (review.isEmpty()) {
            return new Finding.Gone("the review is not there any more");
        }
        var remarks = forge.remarks(pull.repo(), pull.number(), review.get().id());
        var mention = new Mention(bot);
        if (!mention.in(review.get().body()) && remarks.stream().noneMatch(remark -> mention.in(remark.body()))) {
            return new Finding.Gone("no mention of " + bot);
        }
        var said = ReviewWords.of(review.get().body(), remarks);
        var cause = new Cause.Review(Optional.of(review.get().id()));
        return found(new Wish(pull, wish.sender(), cause, said), Optional.empty(), Instant.EPOCH);
    }

    /** A delivery tells no id; the newest review of that person with that text is it. */
    static boolean isMeant(Review review, Wish wish) {
        return review.author().equalsIgnoreCase(wish.sender())
                && review.body().strip().equals(wish.said().strip());
    }

    private static Wish by(Optional<Happening> happening, Wish wish) {
        return happening
                .map(Happening::actor)
                .filter(actor -> !actor.isEmpty())
                .map(actor -> new Wish(wish.issue(), actor, wish.cause(), wish.said()))
                .orElse(wish);
    }

    private static Finding found(Wish wish, Optional<Happening> happening, Instant opened) {
        return new Finding.Stands(wish, Identity.of(wish, happening, opened));
    }
}
