package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.avro.AttemptEvent;
import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.avro.TaskState;
import java.time.Instant;

/** The records that tell how a task ended. */
final class Outcomes {
    private Outcomes() {}

    /** As the attempt reported it. */
    static TaskOutcome of(TaskState state, AttemptEvent event, Finished finished, Instant now) {
        return begun(state, now)
                .setAttempt(event.getAttempt())
                .setWorker(event.getWorker())
                .setOutcome(finished.getOutcome())
                .setSummary(finished.getSummary())
                .setReason(finished.getReason())
                .setBaseCommit(finished.getBaseCommit())
                .setBaseBranch(finished.getBaseBranch())
                // Of a plan nothing is delivered but what was said.
                .setChangeset(state.getTask().getPlan() ? null : finished.getChangeset())
                .setUsage(finished.getUsage())
                .setTimings(finished.getTimings())
                .setVerification(finished.getVerification())
                .build();
    }

    /** Of a task that no attempt gave one. */
    static TaskOutcome of(TaskState state, Effect.Conclude end, Instant now) {
        var past = end.task().past();
        return begun(state, now)
                .setAttempt(past.isEmpty() ? 0 : past.getLast().attempt().value())
                .setWorker(past.isEmpty() ? "" : past.getLast().worker())
                .setOutcome(
                        switch (end.ending()) {
                            case BROKEN -> Outcome.BROKEN;
                            case CANCELLED -> Outcome.CANCELLED;
                            case TIMED_OUT -> Outcome.TIMED_OUT;
                        })
                .setReason(end.reason())
                .build();
    }

    private static TaskOutcome.Builder begun(TaskState state, Instant now) {
        return TaskOutcome.newBuilder()
                .setTaskId(state.getTaskId())
                .setRepo(state.getRepo())
                .setEndedAt(now)
                .setTask(state.getTask());
    }
}
