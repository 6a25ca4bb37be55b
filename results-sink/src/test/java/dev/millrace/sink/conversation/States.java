package dev.millrace.sink.conversation;

import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.Timing;
import dev.millrace.sink.Outcomes;
import java.time.Instant;
import java.util.List;

/** States of the one task of the tests. */
final class States {
    private static final Instant QUEUED = Instant.parse("2026-11-01T10:00:00Z");

    private States() {}

    static TaskState.Builder in(Phase phase) {
        return TaskState.newBuilder()
                .setTaskId("task-0000001")
                .setRepo("acme/app")
                .setLane("acme/app#7")
                .setPhase(phase)
                .setSince(QUEUED)
                .setQueuedAt(QUEUED)
                .setTask(Outcomes.task().build());
    }

    static TaskState.Builder done(Outcome outcome) {
        return in(Phase.DONE)
                .setOutcome(outcome)
                .setAttempt(1)
                .setStartedAt(QUEUED.plusSeconds(2))
                .setEndedAt(QUEUED.plusSeconds(127))
                .setSummary("Said hello.\n\nAnd bye.")
                .setTimings(List.of(new Timing("sandbox", 300_000L), new Timing("agent", 120_000_000L)));
    }

    static Delivery.Builder delivery(Outcome outcome) {
        return Delivery.newBuilder()
                .setTaskId("task-0000001")
                .setRepo("acme/app")
                .setDeliveredAt(QUEUED)
                .setOutcome(outcome);
    }
}
