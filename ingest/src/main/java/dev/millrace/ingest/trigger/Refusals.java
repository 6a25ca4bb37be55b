package dev.millrace.ingest.trigger;

import dev.millrace.schemas.id.TaskId;
import java.time.Duration;

/** What people are told when nothing is started for them. */
final class Refusals {
    private final WhoProperties properties;

    Refusals(WhoProperties properties) {
        this.properties = properties;
    }

    Ruling.Refused notAllowed(Wish wish, TaskId id) {
        String others = properties.users().isEmpty() && properties.teams().isEmpty()
                ? ""
                : properties.writers() ? ", and those whom the operator has named," : "";
        String who = properties.writers()
                ? "who may write to this repository" + others
                : "those whom the operator has named";
        return refused(
                wish,
                id,
                "not-allowed",
                "%s may not write to %s".formatted(wish.sender(), wish.issue().repo()),
                "Sorry, `%s`, I cannot start anything for you here: only %s may ask me. One of them can ask in your place."
                        .formatted(wish.sender(), who));
    }

    Ruling.Refused elsewhere(Wish wish, TaskId id) {
        return refused(
                wish,
                id,
                "elsewhere",
                "the branch of pull request #%d is in another repository"
                        .formatted(wish.issue().number()),
                "The branch of this pull request is in another repository, where I can neither push nor propose anything."
                        + " If it is pushed to a branch of this repository, I can work on it.");
    }

    Ruling.Refused tooManyByPerson(Wish wish, TaskId id) {
        return refused(
                wish,
                id,
                "person",
                "%s has started %d tasks within %s".formatted(wish.sender(), properties.perUser(), shown()),
                "`%s`, you have started %d tasks within %s, and more I may not start for one person. Ask again a little later."
                        .formatted(wish.sender(), properties.perUser(), shown()));
    }

    Ruling.Refused tooManyOnIssue(Wish wish, TaskId id) {
        return refused(
                wish,
                id,
                "issue",
                "%d tasks were started on %s#%d within %s"
                        .formatted(
                                properties.perIssue(),
                                wish.issue().repo(),
                                wish.issue().number(),
                                shown()),
                "%d tasks were started here within %s, and more I may not start on one %s. Ask again a little later."
                        .formatted(properties.perIssue(), shown(), wish.issue().kind()));
    }

    private static Ruling.Refused refused(Wish wish, TaskId id, String matter, String reason, String sentence) {
        return new Ruling.Refused(
                id,
                reason,
                TaskWriter.place(wish),
                new Ruling.Answer(Identity.ofAnswer(wish, wish.sender(), matter), sentence));
    }

    private String shown() {
        Duration span = properties.within();
        if (span.equals(Duration.ofHours(1))) {
            return "an hour";
        }
        return span.toMinutes() > 0 ? span.toMinutes() + " minutes" : span.toSeconds() + " seconds";
    }
}
