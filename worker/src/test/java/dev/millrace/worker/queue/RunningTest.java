package dev.millrace.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.schemas.wire.TraceParent;
import dev.millrace.worker.attempt.Attempt;
import dev.millrace.worker.attempt.LeaseLost;
import dev.millrace.worker.model.gateway.Budget;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.model.gateway.Spends;
import dev.millrace.worker.model.upstream.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RunningTest {
    private static final Duration LEASE = Duration.ofSeconds(12);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final WorkerName WORKER = new WorkerName("w1", "w1");
    private static final TaskRequest TASK = TaskRequest.newBuilder()
            .setTaskId("task-number-1")
            .setRepo("alice/demo")
            .setRequestedBy("alice")
            .setRequestedAt(Instant.EPOCH)
            .setInstruction("do it")
            .build();

    private final AtomicLong now = new AtomicLong();
    private final HeardReports reports = new HeardReports();
    private final Leases leases = new Leases();
    private final Sandboxed work = new Sandboxed();
    private final AtomicInteger freed = new AtomicInteger();
    private final Running running = new Running(
            work,
            reports.reporter(WORKER),
            leases,
            WORKER,
            new LeaseTerms(LEASE, Duration.ofMillis(50), Duration.ofSeconds(30), Budget.UNLIMITED),
            now::get);

    /** An attempt whose agent works until it is let go, or stopped. */
    private final class Sandboxed implements Running.Work {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch solved = new CountDownLatch(1);
        private volatile @Nullable Spending spending;
        private volatile boolean gone;
        private volatile boolean deaf;

        @Override
        public void run(HeldLease lease, TraceParent trace, Attempt.Report report)
                throws LeaseLost, InterruptedException {
            spending = lease.spending();
            begun.countDown();
            try {
                awaitSolution();
                report.finished(Finished.newBuilder().setOutcome(Outcome.SOLVED).build());
            } finally {
                assertThat(reports.ends())
                        .as("nothing is handed back before the sandbox is gone")
                        .noneMatch(end -> end.getOutcome() == Outcome.BROKEN);
                gone = true;
            }
        }

        private Spending spending() {
            return Objects.requireNonNull(spending, "an attempt runs");
        }

        private void awaitSolution() throws InterruptedException {
            try {
                assertThat(solved.await(1, TimeUnit.MINUTES)).isTrue();
            } catch (InterruptedException stopped) {
                if (!deaf) {
                    throw stopped;
                }
            }
        }
    }

    @AfterEach
    void close() {
        running.close();
    }

    private static WorkItem item(int attempt) {
        return WorkItem.newBuilder()
                .setTaskId("task-number-1")
                .setRepo("alice/demo")
                .setAttempt(attempt)
                .setOfferedAt(Instant.EPOCH)
                .setTask(TASK)
                .build();
    }

    private void claim() throws InterruptedException {
        claim(item(1));
    }

    private void claim(WorkItem item) throws InterruptedException {
        assertThat(running.claim(item, TraceParent.start(new Random()), freed::incrementAndGet))
                .isTrue();
        assertThat(work.begun.await(5, TimeUnit.SECONDS)).isTrue();
    }

    private void dispatchSays(Phase phase, int attempt, String worker) {
        leases.told(
                "task-number-1",
                TaskState.newBuilder()
                        .setTaskId("task-number-1")
                        .setRepo("alice/demo")
                        .setLane("alice/demo#1")
                        .setPhase(phase)
                        .setSince(Instant.EPOCH)
                        .setAttempt(attempt)
                        .setWorker(worker)
                        .setQueuedAt(Instant.EPOCH)
                        .setTask(TASK)
                        .build());
    }

    private void awaitEnd() {
        await().atMost(SOON).until(() -> work.gone && freed.get() == 1);
    }

    @Test
    void aResultIsReportedAndFreesItsSeat() throws Exception {
        claim();
        work.solved.countDown();
        awaitEnd();
        assertThat(reports.ends()).extracting(Finished::getOutcome).containsExactly(Outcome.SOLVED);
        assertThat(reports.claims()).isEqualTo(1);
    }

    @Test
    void beatsTellWhatModelsHaveCostSoFar() throws Exception {
        claim();
        Spends.on(work.spending(), new Tokens(80, 20, 0, 0));
        await().atMost(SOON).until(() -> reports.beats(beat -> beat.getUsage().getCostMicros() == 100) > 0);
    }

    @Test
    void anAttemptMaySpendWhatItWasGiven() throws Exception {
        claim(WorkItem.newBuilder(item(1)).setBudgetMicros(100L).build());
        Spends.on(work.spending(), new Tokens(80, 20, 0, 0));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Spends.on(work.spending(), new Tokens(1, 0, 0, 0)))
                .withMessageContaining("the budget of $0.0001 is used up");
    }

    @Nested
    class WhoseLeaseIsLost {
        @Test
        void stopsRemovesItsSandboxAndSaysNothing() throws Exception {
            claim();
            dispatchSays(Phase.RUNNING, 2, "w2");
            awaitEnd();
            assertThat(reports.ends()).isEmpty();
        }

        @Test
        void saysNothingEvenIfItComesToAResultAllTheSame() throws Exception {
            work.deaf = true;
            claim();
            dispatchSays(Phase.DELIVERING, 1, "w1");
            awaitEnd();
            assertThat(reports.ends()).isEmpty();
        }
    }

    @Nested
    class ThatIsNotHeard {
        @Test
        void isStoppedWhenItsLeaseMayBeOthers() throws Exception {
            claim();
            reports.isSilent(true);
            awaitBeat();
            now.addAndGet(LEASE.toNanos());
            await().atMost(SOON).until(() -> work.gone);
        }

        @Test
        void handsTheTaskBackInCaseNobodyHasIt() throws Exception {
            claim();
            now.addAndGet(LEASE.toNanos());
            awaitEnd();
            assertHandedBack();
        }

        @Test
        void holdsBackWhatItComesToAtThatMoment() throws Exception {
            work.deaf = true;
            claim();
            now.addAndGet(LEASE.toNanos());
            work.solved.countDown();
            awaitEnd();
            assertThat(reports.ends()).noneMatch(end -> end.getOutcome() == Outcome.SOLVED);
        }

        @Test
        void goesOnForAsLongAsBeatsArrive() throws Exception {
            claim();
            for (int beat = 0; beat < 4; beat++) {
                now.addAndGet(LEASE.dividedBy(2).toNanos());
                awaitBeat();
            }
            work.solved.countDown();
            awaitEnd();
            assertThat(reports.ends()).extracting(Finished::getOutcome).containsExactly(Outcome.SOLVED);
        }

        /** One that was sent after this was called. */
        private void awaitBeat() {
            long before = reports.beats(_ -> true);
            await().atMost(SOON).until(() -> reports.beats(_ -> true) >= before + 2);
        }
    }

    @Nested
    class WhileDraining {
        @Test
        void whatRunsMayComeToItsEnd() throws Exception {
            claim();
            var draining = Thread.ofVirtual().start(() -> drain(Duration.ofMinutes(1)));
            await().atMost(SOON).until(() -> draining.getState() == Thread.State.TIMED_WAITING);
            work.solved.countDown();
            draining.join();
            assertThat(reports.ends()).extracting(Finished::getOutcome).containsExactly(Outcome.SOLVED);
        }

        @Test
        void whatDoesNotEndInTimeIsHandedBackOnceItsSandboxIsGone() throws Exception {
            claim();
            drain(Duration.ZERO);
            assertThat(work.gone).isTrue();
            assertHandedBack();
            assertThat(freed).hasValue(1);
        }

        @Test
        void whatWasClaimedTooLateIsHandedBackToo() {
            drain(Duration.ZERO);
            assertThatThrownBy(() -> running.claim(item(1), TraceParent.start(new Random()), freed::incrementAndGet))
                    .isInstanceOf(RejectedExecutionException.class);
            assertThat(reports.claims()).isEqualTo(1);
            assertHandedBack();
            assertThat(freed).hasValue(0);
        }

        private void drain(Duration limit) {
            try {
                running.drain(limit);
            } catch (InterruptedException stopped) {
                throw new AssertionError(stopped);
            }
        }
    }

    private void assertHandedBack() {
        assertThat(reports.ends()).singleElement().satisfies(end -> {
            assertThat(end.getOutcome()).isEqualTo(Outcome.BROKEN);
            assertThat(end.getTryAfterSeconds()).isZero();
            assertThat(end.getReason()).startsWith("handed back by worker w1: ");
        });
    }
}
