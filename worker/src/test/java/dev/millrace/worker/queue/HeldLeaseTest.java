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
import dev.millrace.worker.model.gateway.Budget;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
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

    private static final Duration LASTS = Duration.ofSeconds(12);
    private static final LeaseTerms TERMS =
            new LeaseTerms(LASTS, Duration.ofSeconds(3), Duration.ofMillis(20), new Budget(70, Long.MAX_VALUE, 2_000));

    private final AtomicLong now = new AtomicLong(7);
    private final HeldLease lease = new HeldLease(ITEM, WORKER, TERMS, now::get);

    @AfterEach
    void clear() {
        Thread.interrupted();
    }

    @ParameterizedTest
    @CsvSource({", 2000", "5000, 2000", "30, 30", "0, 0"})
    void theAttemptMaySpendTheSmallerOfWhatTheWorkerAndTheOfferSay(Long offered, long micros) {
        var item = WorkItem.newBuilder(ITEM).setBudgetMicros(offered).build();

        assertThat(new HeldLease(item, WORKER, TERMS, now::get).spending().budget())
                .isEqualTo(new Budget(70, Long.MAX_VALUE, micros));
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
        assertThat(lease.why()).isEmpty();
    }

    @Test
    void isNotGrantedBySilence() {
        assertThatExceptionOfType(LeaseLost.class).isThrownBy(lease::awaitGrant);
        assertThat(lease.handBack()).as("so that a late grant is no failure").isTrue();
    }

    @ParameterizedTest
    @CsvSource({"QUEUED,1,''", "OFFERED,1,''", "OFFERED,2,''", "RUNNING,1,w0", "DELIVERING,1,w0"})
    void whatIsOldNewsChangesNothing(Phase phase, int attempt, String worker) {
        lease.told(state(phase, attempt, worker));
        assertThat(lease.why()).isEmpty();
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
        assertThat(lease.why()).isNotEmpty();
        assertThatExceptionOfType(LeaseLost.class).isThrownBy(lease::awaitGrant);
        assertThatExceptionOfType(LeaseLost.class).isThrownBy(lease::reported);
    }

    @Test
    void whoCancelledIsSaid() {
        lease.told(TaskState.newBuilder(state(Phase.DELIVERING, 2, "w1"))
                .setOutcome(Outcome.CANCELLED)
                .setReason("cancelled by bob")
                .build());
        assertThat(lease.why()).isEqualTo("cancelled by bob");
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
    class ByItsOwnClock {
        private void pass(Duration time) {
            now.addAndGet(time.toNanos());
            lease.checkTime();
        }

        @Test
        void itIsHeldForAsLongAsTheLeaseLasts() {
            pass(LASTS.minusNanos(1));
            assertThat(lease.mayReport()).isTrue();
        }

        @Test
        void itMayBeOthersAfterThat() {
            lease.runs();
            pass(LASTS);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(lease.why()).contains("PT12S");
            assertThatExceptionOfType(LeaseLost.class).isThrownBy(lease::reported);
        }

        @Test
        void aBeatThatArrivedProlongsItFromWhenItWasSent() {
            long sentAt = now.addAndGet(Duration.ofSeconds(5).toNanos());
            pass(Duration.ofSeconds(5));
            lease.heard(sentAt);
            pass(Duration.ofSeconds(6));
            assertThat(lease.mayReport()).isTrue();
            pass(Duration.ofSeconds(1));
            assertThat(lease.mayReport()).isFalse();
        }

        @Test
        void aBeatThatComesTooLateBringsNothingBack() {
            now.addAndGet(LASTS.toNanos());
            lease.heard(now.get());
            assertThat(lease.mayReport()).isFalse();
        }

        @Test
        void nobodyHasToLookForAResultToBeHeldBack() {
            now.addAndGet(LASTS.toNanos());
            assertThatExceptionOfType(LeaseLost.class).isThrownBy(lease::reported);
        }
    }

    @Nested
    class HandedBack {
        @Test
        void isWhatWasStoppedOnce() {
            lease.stop("closing");
            assertThat(lease.handBack()).isTrue();
            assertThat(lease.handBack()).isFalse();
        }

        @Test
        void isNeitherWhatGoesOnNorWhatWasReported() throws LeaseLost {
            assertThat(lease.handBack()).isFalse();
            lease.reported();
            lease.stop("closing");
            assertThat(lease.handBack()).isFalse();
        }

        @Test
        void isNothingThatWasLost() {
            lease.stop("closing");
            lease.told(state(Phase.RUNNING, 3, "w2"));
            assertThat(lease.handBack()).isFalse();
        }
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
