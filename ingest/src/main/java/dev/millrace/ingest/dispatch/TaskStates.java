package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.PastAttempt;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.AttemptNumber;
import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

    static Terms terms(TaskRequest request) {
        return new Terms(
                request.getRequestedBy().toLowerCase(Locale.ROOT),
                request.getPriority(),
                request.getModel(),
                request.getDeadline());
    }

    static TaskState moved(TaskState before, Task task, Instant now) {
        var after = TaskState.newBuilder(before)
                .setPosition(task.position())
                .setNotBefore(null)
                .setWaitingFor(task.waitingFor())
                .setAttempts(new ArrayList<>(
                        task.past().stream().map(TaskStates::told).toList()));
        return switch (task.stage()) {
            case Stage.Waiting(var next, var notBefore) ->
                after.setPhase(Phase.QUEUED)
                        .setSince(since(before, Phase.QUEUED, next.value() - 1, now))
                        .setAttempt(next.value() - 1)
                        .setWorker("")
                        .setNotBefore(notBefore.equals(Stage.Waiting.AT_ONCE) ? null : notBefore)
                        .build();
            case Stage.Offered offered ->
                after.setPhase(Phase.OFFERED)
                        .setSince(offered.since())
                        .setAttempt(offered.attempt().value())
                        .setWorker("")
                        .setWaitingFor("a free seat at a worker")
                        .build();
            case Stage.Running running ->
                after.setPhase(Phase.RUNNING)
                        .setSince(running.since())
                        .setAttempt(running.attempt().value())
                        .setWorker(running.worker())
                        .setStartedAt(Objects.requireNonNullElse(before.getStartedAt(), running.since()))
                        .build();
            case Stage.Delivering(var attempt) ->
                after.setPhase(Phase.DELIVERING)
                        .setSince(since(before, Phase.DELIVERING, attempt, now))
                        .setAttempt(attempt)
                        .build();
        };
    }

    /** Another reason to wait does not make the phase begin anew. */
    private static Instant since(TaskState before, Phase phase, int attempt, Instant now) {
        return before.getPhase() == phase && before.getAttempt() == attempt ? before.getSince() : now;
    }

    private static PastAttempt told(Past past) {
        return new PastAttempt(
                past.attempt().value(),
                past.worker(),
                past.started(),
                past.ended(),
                past.broken(),
                past.reason(),
                past.costMicros());
    }

    static TaskState accepted(TaskState before, TaskOutcome outcome) {
        return TaskState.newBuilder(before)
                .setOutcome(outcome.getOutcome())
                .setSummary(outcome.getSummary())
                .setReason(outcome.getReason())
                .setUsage(outcome.getUsage())
                .setTimings(outcome.getTimings())
                .setVerification(outcome.getVerification())
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

    /**
     * What decisions need of a repository.
     *
     * @param states of all its tasks, ended ones too
     */
    static RepositoryState restored(
            Collection<TaskState> states, Map<Pause.Scope, Pause> pauses, Instant now, Rules rules) {
        Spending spending = Spending.NONE;
        for (TaskState state : states) {
            spending = spent(spending, state);
        }
        List<Task> tasks = states.stream()
                .flatMap(state -> restored(state, now, rules).stream())
                .toList();
        return RepositoryState.of(tasks, pauses, spending);
    }

    /**
     * What decisions need of a state that was kept; empty for an ended task. Who ran keeps its lease from now on, since
     * heartbeats are not kept.
     */
    static Optional<Task> restored(TaskState state, Instant now, Rules rules) {
        Stage stage = stage(state, now, rules);
        return stage == null
                ? Optional.empty()
                : Optional.of(new Task(
                        new TaskId(state.getTaskId()),
                        new LaneId(state.getLane()),
                        state.getPosition(),
                        terms(state.getTask()),
                        past(state),
                        stage,
                        stage instanceof Stage.Waiting ? state.getWaitingFor() : ""));
    }

    private static Spending spent(Spending so, TaskState state) {
        String user = terms(state.getTask()).user();
        Spending sum = so;
        for (Past past : past(state)) {
            sum = sum.plus(past.day(), user, past.costMicros());
        }
        return sum;
    }

    private static List<Past> past(TaskState state) {
        return state.getAttempts().stream()
                .map(past -> new Past(
                        new AttemptNumber(past.getAttempt()),
                        past.getWorker(),
                        past.getStartedAt(),
                        past.getEndedAt(),
                        past.getBroken(),
                        past.getReason(),
                        past.getCostMicros()))
                .toList();
    }

    private static @Nullable Stage stage(TaskState state, Instant now, Rules rules) {
        return switch (state.getPhase()) {
            case QUEUED, UNKNOWN ->
                new Stage.Waiting(
                        new AttemptNumber(state.getAttempt() + 1),
                        Objects.requireNonNullElse(state.getNotBefore(), Stage.Waiting.AT_ONCE));
            case OFFERED -> offered(state, now, rules.offerAgain());
            case RUNNING ->
                new Stage.Running(
                        new AttemptNumber(state.getAttempt()),
                        state.getWorker(),
                        state.getSince(),
                        now.plus(rules.lease()),
                        0);
            case DELIVERING -> new Stage.Delivering(state.getAttempt());
            case DONE -> null;
        };
    }

    /** Repetitions are not told; how many there were follows from the time. */
    private static Stage offered(TaskState state, Instant now, Duration patience) {
        var offered = Stage.Offered.first(new AttemptNumber(state.getAttempt()), state.getSince(), patience);
        while (!offered.again().isAfter(now)) {
            offered = offered.repeated();
        }
        return offered;
    }
}
