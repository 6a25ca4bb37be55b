package dev.millrace.ingest.trigger;

import dev.millrace.schemas.id.TaskId;
import java.util.Optional;

/**
 * Which wishes are the same task.
 *
 * <ul>
 *   <li>A label: the timeline event that added it last. So a delivery that came twice, one about another label, and the
 *       {@code opened} and {@code label_updated} of an issue that was opened with the label (and perhaps a mention) are
 *       one task; taking the label off and setting it again makes a new one. Where the forge has no timeline, there is
 *       one task by label per issue.
 *   <li>A comment: its id.
 *   <li>A mention in the text of an issue that was opened without the label: the issue. A label that is set later is a
 *       wish of its own.
 * </ul>
 */
final class Identity {
    private static final String NO_TIMELINE = "once";

    private Identity() {}

    /**
     * The task's id.
     *
     * @param labelEvent newest event that added the label; read for labels only
     */
    static TaskId of(Wish wish, Optional<Long> labelEvent) {
        return switch (wish.cause()) {
            case Wish.Cause.Label _ ->
                derived(wish, "label", labelEvent.map(String::valueOf).orElse(NO_TIMELINE));
            case Wish.Cause.Opening _ -> derived(wish, "opened", "");
            case Wish.Cause.Comment(long id) -> derived(wish, "comment", Long.toString(id));
        };
    }

    private static TaskId derived(Wish wish, String kind, String event) {
        var issue = wish.issue();
        return TaskId.derivedFrom(issue.repo().key(), Long.toString(issue.number()), kind, event);
    }
}
