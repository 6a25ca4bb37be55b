package dev.millrace.ingest.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.PastAttempt;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.Timing;
import dev.millrace.schemas.avro.Usage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task as callers see it: what is told at {@code TaskState}, under the same names, without what is absent.
 *
 * @param state its phase
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record ShownTask(
        String taskId,
        String repo,
        String lane,
        String state,
        Instant since,
        String waitingFor,
        @Nullable Instant notBefore,
        int attempt,
        String worker,
        String title,
        String trigger,
        String requestedBy,
        int priority,
        String agent,
        String model,
        @Nullable String predecessor,
        @Nullable Instant deadline,
        Instant queuedAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String outcome,
        String reason,
        String summary,
        @Nullable ShownUsage usage,
        @Nullable ShownDelivery delivery,
        List<ShownTiming> timings,
        List<ShownAttempt> attempts) {

    /** What models cost. */
    record ShownUsage(long requests, long tokensIn, long tokensOut, long tokensCached, long costMicros) {}

    /** What the sink did in the forge. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record ShownDelivery(
            Instant deliveredAt,
            String outcome,
            String reason,
            String branch,
            String commit,
            long pullRequest,
            String pullRequestUrl) {}

    /** How long one part of the work took. */
    record ShownTiming(String part, long micros) {}

    /** An attempt that is over. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record ShownAttempt(
            int attempt,
            String worker,
            Instant startedAt,
            Instant endedAt,
            boolean broken,
            String reason,
            long costMicros) {}

    /** As one line of many. */
    static ShownTask inShort(TaskState state) {
        return of(state, "", List.of(), List.of());
    }

    /** With all that is known. */
    static ShownTask whole(TaskState state) {
        return of(
                state,
                state.getSummary(),
                state.getTimings().stream().map(ShownTask::shown).toList(),
                state.getAttempts().stream().map(ShownTask::shown).toList());
    }

    private static ShownTask of(
            TaskState state, String summary, List<ShownTiming> timings, List<ShownAttempt> attempts) {
        TaskRequest task = state.getTask();
        return new ShownTask(
                state.getTaskId(),
                state.getRepo(),
                state.getLane(),
                state.getPhase().name(),
                state.getSince(),
                state.getWaitingFor(),
                state.getNotBefore(),
                state.getAttempt(),
                state.getWorker(),
                task.getTitle(),
                task.getTrigger().name(),
                task.getRequestedBy(),
                task.getPriority(),
                task.getAgent(),
                task.getModel(),
                task.getPredecessor(),
                task.getDeadline(),
                state.getQueuedAt(),
                state.getStartedAt(),
                state.getEndedAt(),
                state.getOutcome() == null ? null : state.getOutcome().name(),
                state.getReason(),
                summary,
                shown(state.getUsage()),
                shown(state.getDelivery()),
                timings,
                attempts);
    }

    private static @Nullable ShownUsage shown(@Nullable Usage usage) {
        return usage == null
                ? null
                : new ShownUsage(
                        usage.getRequests(),
                        usage.getTokensIn(),
                        usage.getTokensOut(),
                        usage.getTokensCached(),
                        usage.getCostMicros());
    }

    private static @Nullable ShownDelivery shown(@Nullable Delivery delivery) {
        return delivery == null
                ? null
                : new ShownDelivery(
                        delivery.getDeliveredAt(),
                        delivery.getOutcome().name(),
                        delivery.getReason(),
                        delivery.getBranch(),
                        delivery.getCommit(),
                        delivery.getPullRequest(),
                        delivery.getPullRequestUrl());
    }

    private static ShownTiming shown(Timing timing) {
        return new ShownTiming(timing.getPart(), timing.getMicros());
    }

    private static ShownAttempt shown(PastAttempt past) {
        return new ShownAttempt(
                past.getAttempt(),
                past.getWorker(),
                past.getStartedAt(),
                past.getEndedAt(),
                past.getBroken(),
                past.getReason(),
                past.getCostMicros());
    }
}
