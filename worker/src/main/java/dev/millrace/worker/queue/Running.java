package dev.millrace.worker.queue;

import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Usage;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.wire.TraceParent;
import dev.millrace.worker.attempt.Attempt;
import dev.millrace.worker.attempt.LeaseLost;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The attempts of this worker: a virtual thread and a heartbeat for each, and one look at the clock for all. */
final class Running implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Running.class);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final String CLOSING = "the worker is closing";

    private final ExecutorService attempts = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("attempt-", 0).factory());
    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("heartbeats").daemon().factory());
    /** Apart from the beats, which may have to wait for the broker. */
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("lease-clock").daemon().factory());

    private final Work work;
    private final Reporter reporter;
    private final Leases leases;
    private final WorkerName worker;
    private final LeaseTerms terms;
    private final LongSupplier nanos;
    private final ScheduledFuture<?> look;

    Running(Work work, Reporter reporter, Leases leases, WorkerName worker, LeaseTerms terms, LongSupplier nanos) {
        this.work = work;
        this.reporter = reporter;
        this.leases = leases;
        this.worker = worker;
        this.terms = terms;
        this.nanos = nanos;
        this.look = looks.scheduleWithFixedDelay(
                () -> leases.forEach(HeldLease::checkTime), LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Tries a task once, from the sandbox's start to its removal. */
    interface Work {
        /**
         * Returns when the sandbox is gone.
         *
         * @throws LeaseLost if the attempt was dropped; nothing was reported
         * @throws InterruptedException if the calling thread was interrupted; nothing was reported
         */
        void run(HeldLease lease, TraceParent trace, Attempt.Report report) throws LeaseLost, InterruptedException;
    }

    /** Whether an offer that was taken so often is better left to workers that have not broken its task. */
    boolean leavesToOthers(WorkItem item, int deliveries) {
        return Avoidance.leaves(item, worker, deliveries);
    }

    /**
     * Claims the offered attempt and starts it.
     *
     * @param atEnd called once when the attempt is over, if it was started
     * @return whether it was started; not where the same attempt runs here already, so that its offer came twice
     * @throws BrokerUnavailable if the claim was not acknowledged; nothing was started
     */
    boolean claim(WorkItem item, TraceParent trace, Runnable atEnd) {
        var lease = new HeldLease(item, worker, terms, nanos);
        if (!leases.hold(lease)) {
            LOG.info(
                    "task {}: attempt {} was offered again and runs here already", item.getTaskId(), item.getAttempt());
            return false;
        }
        try {
            reporter.claimed(item, trace);
            start(lease, trace, atEnd);
            return true;
        } catch (RuntimeException notStarted) {
            leases.letGo(lease);
            throw notStarted;
        }
    }

    private void start(HeldLease lease, TraceParent trace, Runnable atEnd) {
        try {
            attempts.execute(() -> run(lease, trace, atEnd));
        } catch (RejectedExecutionException draining) {
            lease.stop(CLOSING);
            handBack(lease, trace);
            throw draining;
        }
    }

    /**
     * Lets what runs come to its end, and then hands back what did not: others may have that at once.
     *
     * @param limit of the wait for ends; stopping takes some seconds more
     */
    void drain(Duration limit) throws InterruptedException {
        attempts.shutdown();
        if (attempts.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            return;
        }
        leases.forEach(lease -> lease.stop(CLOSING));
        if (!attempts.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("attempts did not stop within {}; their sandboxes end by themselves", GRACE);
            leases.forEach(lease -> handBack(lease, TraceParent.start(ThreadLocalRandom.current())));
        }
    }

    /** Ends at once; what still runs is stopped. */
    @Override
    public void close() {
        attempts.shutdownNow();
        beats.shutdownNow();
        look.cancel(false);
        looks.shutdownNow();
    }

    private void run(HeldLease lease, TraceParent trace, Runnable atEnd) {
        WorkItem item = lease.item();
        LOG.info("task {}: attempt {} begins", item.getTaskId(), item.getAttempt());
        lease.runs();
        ScheduledFuture<?> beat = beats.scheduleWithFixedDelay(
                () -> beat(lease, trace),
                terms.heartbeat().toMillis(),
                terms.heartbeat().toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            work.run(lease, trace, finished -> {
                lease.reported();
                beat.cancel(false);
                reporter.finished(item, finished, trace);
                LOG.info("task {}: attempt {} ended {}", item.getTaskId(), item.getAttempt(), finished.getOutcome());
            });
        } catch (LeaseLost | InterruptedException stopped) {
            LOG.debug("task {}: attempt {} was stopped", item.getTaskId(), item.getAttempt(), stopped);
            dropped(lease, trace);
        } catch (RuntimeException ours) {
            failed(lease, ours, trace);
        } finally {
            beat.cancel(false);
            leases.letGo(lease);
            atEnd.run();
        }
    }

    private void beat(HeldLease lease, TraceParent trace) {
        long sentAt = nanos.getAsLong();
        reporter.beat(lease.item(), usage(lease), trace, () -> lease.heard(sentAt));
    }

    private static Usage usage(HeldLease lease) {
        return Attempt.usage(lease.spending().spent());
    }

    /** The sandbox is gone by now. */
    private void dropped(HeldLease lease, TraceParent trace) {
        WorkItem item = lease.item();
        LOG.warn("task {}: attempt {} is dropped: {}", item.getTaskId(), item.getAttempt(), lease.why());
        // It was the attempt that was to end; what is left to say must still be said.
        Thread.interrupted();
        handBack(lease, trace);
    }

    /** Counts for no failure, and lets others have the task at once; at worst the lease runs out. */
    private void handBack(HeldLease lease, TraceParent trace) {
        if (!lease.handBack()) {
            return;
        }
        WorkItem item = lease.item();
        try {
            reporter.finished(
                    item,
                    Finished.newBuilder()
                            .setOutcome(Outcome.BROKEN)
                            .setReason("handed back by worker %s: %s".formatted(worker, lease.why()))
                            .setUsage(usage(lease))
                            .setTryAfterSeconds(0)
                            .build(),
                    trace);
            LOG.info("task {}: attempt {} is handed back", item.getTaskId(), item.getAttempt());
        } catch (BrokerUnavailable unheard) {
            LOG.warn("task {}: attempt {} was not handed back", item.getTaskId(), item.getAttempt(), unheard);
        }
    }

    /** A fault of ours, unless it is how something stumbled over being stopped. */
    private void failed(HeldLease lease, RuntimeException fault, TraceParent trace) {
        WorkItem item = lease.item();
        if (!lease.why().isEmpty()) {
            LOG.debug("task {}: attempt {} was stopped", item.getTaskId(), item.getAttempt(), fault);
            dropped(lease, trace);
            return;
        }
        LOG.error("task {}: attempt {} failed by a fault of ours", item.getTaskId(), item.getAttempt(), fault);
        if (!lease.mayReport()) {
            return;
        }
        try {
            lease.reported();
            var broken = Finished.newBuilder()
                    .setOutcome(Outcome.BROKEN)
                    .setReason("a fault of the worker's: " + fault)
                    .setUsage(usage(lease))
                    .build();
            reporter.finished(item, broken, trace);
        } catch (LeaseLost | BrokerUnavailable unheard) {
            LOG.warn("task {}: the fault was not reported", item.getTaskId(), unheard);
        }
    }
}
