package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.avro.AttemptEvent;
import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.schemas.id.TaskId;
import java.time.Instant;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Keeps the newest state of every task, and makes records of what was decided. */
final class Ledger {
    private final Store store;

    Ledger(Store store) {
        this.store = store;
    }

    /** The newest state of each task. */
    interface Store {
        @Nullable
        TaskState get(String task);

        void put(TaskState state);
    }

    /** Where records go. */
    interface Outbox {
        void work(WorkItem item);

        void outcome(TaskOutcome outcome);

        void state(TaskState state);
    }

    /**
     * Takes in an effect.
     *
     * @param cause the record that led to it, for details that decisions do not mind; null where only time did
     */
    void carryOut(Effect effect, @Nullable SpecificRecord cause, Instant now, Outbox outbox) {
        switch (effect) {
            case Effect.Moved(var task) -> tell(TaskStates.moved(state(task.id()), task, now), outbox);
            case Effect.Offer offer -> outbox.work(item(offer, now));
            case Effect.Accept(var task) -> {
                var event = (AttemptEvent) Objects.requireNonNull(cause, "only a finished attempt is accepted");
                end(Outcomes.of(state(task), event, (Finished) event.getEvent(), now), outbox);
            }
            case Effect.Conclude end -> end(Outcomes.of(state(end.task().id()), end, now), outbox);
            case Effect.Ended(var task) -> {
                var delivery = (Delivery) Objects.requireNonNull(cause, "only a delivery ends a task");
                tell(TaskStates.done(state(task), delivery, now), outbox);
            }
            case Effect.Refused _ -> {}
        }
    }

    TaskState state(TaskId task) {
        return Objects.requireNonNull(store.get(task.value()), "a task that was decided on is in the store");
    }

    private WorkItem item(Effect.Offer offer, Instant now) {
        TaskState state = state(offer.task());
        return WorkItem.newBuilder()
                .setTaskId(offer.task().value())
                .setRepo(state.getRepo())
                .setAttempt(offer.attempt().value())
                .setOfferedAt(now)
                .setTask(state.getTask())
                .setAvoid(offer.avoid())
                .setBudgetMicros(smaller(offer.budgetMicros(), state.getTask().getBudgetMicros()))
                .build();
    }

    /** Of two limits, either of which may be missing. */
    private static @Nullable Long smaller(@Nullable Long one, @Nullable Long other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return Long.valueOf(Math.min(one, other));
    }

    /** What follows tells everyone that it is with the sink. */
    private void end(TaskOutcome outcome, Outbox outbox) {
        store.put(TaskStates.accepted(state(new TaskId(outcome.getTaskId())), outcome));
        outbox.outcome(outcome);
    }

    private void tell(TaskState state, Outbox outbox) {
        store.put(state);
        outbox.state(state);
    }
}
