package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.avro.AttemptEvent;
import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.AttemptNumber;
import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** Between what dispatch decides on and what it tells everyone. */
final class TaskStates {
    private TaskStates() {}

    static TaskState asked(TaskRequest request, LaneId lane, Instant now) {
        return TaskState.newBuilder()
                .setTaskId(request.getTaskId())
                .setRepo(request.getRepo())
                .setLane(lane.value())
                .setPhase(Phase.QUEUED)
                .setSince(now)
                .setQueuedAt(now)
                .setTask(request)
                .build();
    }

    static TaskState moved(TaskState before, Task task, String waitingFor, Instant now) {
        var after = TaskState.newBuilder(before)
                .setPosition(task.position())
                .setSince(now)
                .setWorker("")
                .setNotBefore(null)
                .setWaitingFor(waitingFor);
        return switch (task.stage()) {
            case Stage.Waiting(var next, var notBefore) ->
                after.setPhase(Phase.QUEUED)
                        .setAttempt(next.value() - 1)
                        .setNotBefore(notBefore)
                        .build();
            case Stage.Offered offered ->
                after.setPhase(Phase.OFFERED)
                        .setAttempt(offered.attempt().value())
                        .setWaitingFor("a free seat at a worker")
                        .build();
            case Stage.Running running ->
                after.setPhase(Phase.RUNNING)
                        .setAttempt(running.attempt().value())
                        .setWorker(running.worker())
                        .setStartedAt(Objects.requireNonNullElse(before.getStartedAt(), now))
                        .build();
            case Stage.Delivering(var attempt) ->
                after.setPhase(Phase.DELIVERING)
                        .setAttempt(attempt.value())
                        .setWorker(before.getWorker())
                        .build();
        };
    }

    static TaskState accepted(TaskState before, TaskOutcome outcome) {
        return TaskState.newBuilder(before)
                .setOutcome(outcome.getOutcome())
                .setSummary(outcome.getSummary())
                .setReason(outcome.getReason())
                .setUsage(outcome.getUsage())
                .setTimings(outcome.getTimings())
                .setEndedAt(outcome.getEndedAt())
                .build();
    }

    static TaskState done(TaskState before, Delivery delivery, Instant now) {
        return TaskState.newBuilder(before)
                .setPhase(Phase.DONE)
                .setSince(now)
                .setWaitingFor("")
                .setDelivery(delivery)
                .build();
    }

    static TaskOutcome outcome(TaskState state, AttemptEvent event, Finished finished, Instant now) {
        return TaskOutcome.newBuilder()
                .setTaskId(state.getTaskId())
                .setRepo(state.getRepo())
                .setAttempt(event.getAttempt())
                .setWorker(event.getWorker())
                .setEndedAt(now)
                .setOutcome(finished.getOutcome())
                .setSummary(finished.getSummary())
                .setReason(finished.getReason())
                .setBaseCommit(finished.getBaseCommit())
                .setBaseBranch(finished.getBaseBranch())
                .setChangeset(finished.getChangeset())
                .setUsage(finished.getUsage())
                .setTimings(finished.getTimings())
                .setTask(state.getTask())
                .build();
    }

    static TaskOutcome broken(TaskState state, AttemptNumber attempt, String reason, Instant now) {
        return TaskOutcome.newBuilder()
                .setTaskId(state.getTaskId())
                .setRepo(state.getRepo())
                .setAttempt(attempt.value())
                .setWorker(state.getWorker())
                .setEndedAt(now)
                .setOutcome(Outcome.BROKEN)
                .setReason("%d attempts failed; the last one: %s".formatted(attempt.value(), reason))
                .setTask(state.getTask())
                .build();
    }

    /**
     * What decisions need of a state that was kept; empty for an ended task. Who ran keeps its lease from now on, since
     * heartbeats are not kept.
     */
    static Optional<Task> restored(TaskState state, Instant now, Duration lease) {
        return stage(state, now, lease)
                .map(stage -> new Task(
                        new TaskId(state.getTaskId()), new LaneId(state.getLane()), state.getPosition(), stage));
    }

    private static Optional<Stage> stage(TaskState state, Instant now, Duration lease) {
        return switch (state.getPhase()) {
            case QUEUED, UNKNOWN ->
                Optional.of(new Stage.Waiting(
                        new AttemptNumber(state.getAttempt() + 1),
                        Objects.requireNonNullElse(state.getNotBefore(), now)));
            case OFFERED -> Optional.of(new Stage.Offered(new AttemptNumber(state.getAttempt()), state.getSince()));
            case RUNNING ->
                Optional.of(
                        new Stage.Running(new AttemptNumber(state.getAttempt()), state.getWorker(), now.plus(lease)));
            case DELIVERING -> Optional.of(new Stage.Delivering(new AttemptNumber(state.getAttempt())));
            case DONE -> Optional.empty();
        };
    }
}
