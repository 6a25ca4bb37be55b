package dev.millrace.ingest.trigger;

import dev.millrace.schemas.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which wishes are the same task.
 *
 * <ul>
 *   <li>What an issue or pull request is opened with, be it label, assignment or mention, is one wish: the forge tells of
 *       each on its own and in no fixed order.
 *   <li>A label or an assignment that came later: the timeline's entry that added it last. So a delivery that came twice
 *       or was about another label is the same task; taking the label off and setting it again makes a new one. Where
 *       the forge has no timeline, there is one such task per issue.
 *   <li>A request for a review: the timeline's entry, too.
 *   <li>A comment, a review: its id.
 * </ul>
 */
final class Identity {
    /** What is set so soon after the opening belongs to it; the forge tells whole seconds. */
    static final Duration OPENING = Duration.ofSeconds(10);

    private Identity() {}

    /** A timeline's entry that made the wish. */
    record Happening(long id, String actor, Instant at) {}

    /**
     * The task's id.
     *
     * @param happening empty where there is no timeline, or the cause needs none
     * @param opened when the issue was opened
     */
    static TaskId of(Wish wish, Optional<Happening> happening, Instant opened) {
        return switch (wish.cause()) {
            case Wish.Cause.Opening _ -> derived(wish, "opened", "");
            case Wish.Cause.Label _ -> happened(wish, "label", happening, opened);
            case Wish.Cause.Assignment _ -> happened(wish, "assigned", happening, opened);
            case Wish.Cause.ReviewRequest _ ->
                derived(
                        wish,
                        "review-request",
                        happening.map(one -> Long.toString(one.id())).orElse("once"));
            case Wish.Cause.Comment(long id) -> derived(wish, "comment", Long.toString(id));
            case Wish.Cause.Review(Optional<Long> id) -> derived(wish, "review", Long.toString(id.orElseThrow()));
        };
    }

    /** What a person was told about something is told once per person, issue and matter. */
    static TaskId ofAnswer(Wish wish, String person, String matter) {
        var issue = wish.issue();
        return TaskId.derivedFrom(
                issue.repo().key(),
                Long.toString(issue.number()),
                "answer",
                matter,
                person.toLowerCase(java.util.Locale.ROOT));
    }

    private static TaskId happened(Wish wish, String kind, Optional<Happening> happening, Instant opened) {
        return happening
                .filter(one -> one.at().isAfter(opened.plus(OPENING)))
                .map(one -> derived(wish, kind, Long.toString(one.id())))
                .orElseGet(() -> derived(wish, "opened", ""));
    }

    private static TaskId derived(Wish wish, String kind, String event) {
        var issue = wish.issue();
        return TaskId.derivedFrom(issue.repo().key(), Long.toString(issue.number()), kind, event);
    }
}
