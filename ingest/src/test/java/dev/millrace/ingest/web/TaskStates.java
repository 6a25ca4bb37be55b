package dev.millrace.ingest.web;

import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.PastAttempt;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.TriggerKind;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** States as dispatch tells them. */
final class TaskStates {
    static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

    private TaskStates() {}

    /** @param minute of when it was asked for, after noon */
    static TaskState.Builder state(String task, String repo, int minute, Phase phase) {
        Instant queued = NOON.plusSeconds(60L * minute);
        return TaskState.newBuilder()
                .setTaskId(task)
                .setRepo(repo)
                .setLane(repo.toLowerCase(Locale.ROOT) + "#7")
                .setPhase(phase)
                .setSince(queued)
                .setQueuedAt(queued)
                .setOutcome(phase == Phase.DONE ? Outcome.SOLVED : null)
                .setTask(TaskRequest.newBuilder()
                        .setTaskId(task)
                        .setRepo(repo)
                        .setNumber(7)
                        .setTrigger(TriggerKind.LABEL)
                        .setRequestedBy("alice")
                        .setRequestedAt(queued)
                        .setTitle("It breaks")
                        .setInstruction("a long text")
                        .build());
    }

    static TaskState broken(String task, String repo) {
        return state(task, repo, 0, Phase.QUEUED)
                .setAttempt(1)
                .setWaitingFor("attempt 1: no Docker; backing off until 2026-11-01T12:01:00Z")
                .setAttempts(List.of(new PastAttempt(1, "w1", NOON, NOON.plusSeconds(5), true, "no Docker", 20L)))
                .build();
    }
}
