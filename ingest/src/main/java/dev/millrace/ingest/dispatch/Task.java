package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.TaskId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What decisions need to know of a task that has not ended.
 *
 * @param position order in the lane, smaller ones first; unique in a repository
 * @param past its attempts that are over, in order
 * @param waitingFor why it waits, for a person; empty where it does not
 */
record Task(TaskId id, LaneId lane, long position, Terms terms, List<Past> past, Stage stage, String waitingFor) {
    /** A task is kept from those that broke it last, not from all that ever did. */
    private static final int MOST_AVOIDED = 3;

    Task {
        past = List.copyOf(past);
    }

    /** Whatever it waited for, it waits for no more. */
    Task at(Stage next) {
        return new Task(id, lane, position, terms, past, next, "");
    }

    Task waiting(String reason) {
        return new Task(id, lane, position, terms, past, stage, reason);
    }

    Task after(Past attempt) {
        var all = new ArrayList<>(past);
        if (!all.isEmpty() && attempt.goesOnFrom(all.getLast())) {
            all.add(attempt.joinedTo(all.removeLast()));
        } else {
            all.add(attempt);
        }
        return new Task(id, lane, position, terms, all, stage, waitingFor);
    }

    /** Whether it takes up a seat, or is about to. */
    boolean isActive() {
        return switch (stage) {
            case Stage.Offered _, Stage.Running _ -> true;
            case Stage.Waiting _, Stage.Delivering _ -> false;
        };
    }

    /** How many attempts the machine failed. */
    int failures() {
        return (int) past.stream().filter(Past::broken).count();
    }

    /** The workers that broke it lately. */
    List<String> avoid() {
        return past.reversed().stream()
                .filter(Past::broken)
                .map(Past::worker)
                .distinct()
                .limit(MOST_AVOIDED)
                .toList();
    }

    /** Whether its last attempt was put off, so that others of the same model would be too. */
    boolean isPutOff(Instant now) {
        return stage instanceof Stage.Waiting(var _, var notBefore)
                && notBefore.isAfter(now)
                && !past.isEmpty()
                && !past.getLast().broken();
    }

    /** Whether everyone would be told the same of it: beats of the heart are no news. */
    boolean isToldAs(Task before) {
        return waitingFor.equals(before.waitingFor) && isWhere(before.stage);
    }

    private boolean isWhere(Stage before) {
        return switch (stage) {
            case Stage.Waiting _, Stage.Delivering _ -> stage.equals(before);
            case Stage.Offered offered ->
                before instanceof Stage.Offered then && offered.attempt().equals(then.attempt());
            case Stage.Running running ->
                before instanceof Stage.Running then && running.attempt().equals(then.attempt());
        };
    }
}
