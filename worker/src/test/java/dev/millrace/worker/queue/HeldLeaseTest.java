package dev.millrace.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.worker.attempt.LeaseLost;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeldLeaseTest {
    private static final WorkerName WORKER = new WorkerName("w1", "w1");
    private static final TaskRequest TASK = TaskRequest.newBuilder()
            .setTaskId("task-number-1")
            .setRepo("alice/demo")
            .setRequestedBy("alice")
            .setRequestedAt(Instant.EPOCH)
            .setInstruction("do it")
            .build();

    private static final WorkItem ITEM = WorkItem.newBuilder()
            .setTaskId("task-number-1")
            .setRepo("alice/demo")
            .setAttempt(2)
            .setOfferedAt(Instant.EPOCH)
            .setTask(TASK)
            .build();

    private final HeldLease lease = new HeldLease(ITEM, WORKER, Duration.ofMillis(20));

    @AfterEach
    void clear() {
        Thread.interrupted();
    }

    private static TaskState state(Phase phase, int attempt, String worker) {
        return TaskState.newBuilder()
                .setTaskId("task-number-1")
                .setRepo("alice/demo")
                .setLane("alice/demo#1")
                .setPhase(phase)
                .setSince(Instant.EPOCH)
                .setAttempt(attempt)
                .setWorker(worker)
                .setQueuedAt(Instant.EPOCH)
                .setTask(TASK)
                .build();
    }

    @Test
    void isGrantedWhenDispatchNamesThisWorker() {
        lease.told(state(Phase.RUNNING, 2, "w1"));
        assertThatCode(lease::awaitGrant).doesNotThrowAnyException();
        assertThat(lease.lost()).isNull();
    }

    @Test
    void isNotGrantedBySilence() {
        assertThatExceptionOfType(LeaseLost.class).isThrownBy(lease::awaitGrant);
    }

    @ParameterizedTest
    @CsvSource({"QUEUED,1,''", "OFFERED,1,''", "OFFERED,2,''", "RUNNING,1,w0", "DELIVERING,1,w0"})
    void whatIsOldNewsChangesNothing(Phase phase, int attempt, String worker) {
        lease.told(state(phase, attempt, worker));
        assertThat(lease.lost()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "RUNNING,2,w2",
        "RUNNING,3,w1",
        "QUEUED,2,''",
        "OFFERED,3,''",
        "DELIVERING,2,w2",
        "DONE,2,''",
    })
    void isLostWhenDispatchSaysSo(Phase phase, int attempt, String worker) {
        lease.told(state(phase, attempt, worker));
        assertThat(lease.lost()).isNotNull();
        assertThatExceptionOfType(LeaseLost.class).isThrownBy(lease::awaitGrant);
        assertThatExceptionOfType(LeaseLost.class).isThrownBy(lease::reported);
    }

    @Test
    void whoCancelledIsSaid() {
        lease.told(TaskState.newBuilder(state(Phase.DELIVERING, 2, "w1"))
                .setOutcome(Outcome.CANCELLED)
                .setReason("cancelled by bob")
                .build());
        assertThat(lease.lost()).isEqualTo("cancelled by bob");
    }

    @Test
    void onlyOneResultMayBeReported() throws LeaseLost {
        assertThat(lease.mayReport()).isTrue();
        lease.reported();
        assertThat(lease.mayReport()).isFalse();
    }

    @Test
    void nothingMayBeReportedOnceItIsLost() {
        lease.told(state(Phase.RUNNING, 2, "w2"));
        assertThat(lease.mayReport()).isFalse();
    }

    @Nested
    class WhileTheAttemptRuns {
        @Test
        void losingItStopsTheAttempt() {
            lease.runs();
            lease.told(state(Phase.RUNNING, 2, "w2"));
            assertThat(Thread.interrupted()).isTrue();
        }

        @Test
        void losingItTwiceStopsOnlyOnce() {
            lease.runs();
            lease.told(state(Phase.RUNNING, 2, "w2"));
            Thread.interrupted();
            lease.told(state(Phase.DONE, 2, "w2"));
            assertThat(Thread.interrupted()).isFalse();
        }

        @Test
        void onceTheResultIsThereItIsLeftInPeace() throws LeaseLost {
            lease.runs();
            lease.reported();
            lease.told(state(Phase.DELIVERING, 2, "w1"));
            assertThat(Thread.interrupted()).isFalse();
        }
    }
}
