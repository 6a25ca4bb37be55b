package dev.millrace.worker.queue;

import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.schemas.topic.BrokerUnavailable;
import dev.millrace.schemas.wire.TraceParent;
import dev.millrace.worker.attempt.Attempt;
import dev.millrace.worker.attempt.LeaseLost;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The attempts of this worker: a virtual thread and a heartbeat for each. */
final class Running implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Running.class);
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final ExecutorService attempts = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("attempt-", 0).factory());
    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("heartbeats").daemon().factory());
    private final Attempt attempt;
    private final Reporter reporter;
    private final Leases leases;
    private final WorkerName worker;
    private final QueueProperties properties;

    Running(Attempt attempt, Reporter reporter, Leases leases, WorkerName worker, QueueProperties properties) {
        this.attempt = attempt;
        this.reporter = reporter;
        this.leases = leases;
        this.worker = worker;
        this.properties = properties;
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
        var lease = new HeldLease(item, worker, properties.grantWithin());
        if (!leases.hold(lease)) {
            LOG.info(
                    "task {}: attempt {} was offered again and runs here already", item.getTaskId(), item.getAttempt());
            return false;
        }
        try {
            reporter.claimed(item, trace);
            attempts.execute(() -> run(lease, trace, atEnd));
            return true;
        } catch (RuntimeException notStarted) {
            leases.letGo(lease);
            throw notStarted;
        }
    }

    /** Stops what runs; what has no result yet is tried again once its lease is over. */
    @Override
    public void close() {
        attempts.shutdownNow();
        try {
            if (!attempts.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("attempts did not stop within {}; their sandboxes end by themselves", GRACE);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        beats.shutdownNow();
    }

    private void run(HeldLease lease, TraceParent trace, Runnable atEnd) {
        WorkItem item = lease.item();
        LOG.info("task {}: attempt {} begins", item.getTaskId(), item.getAttempt());
        lease.runs();
        ScheduledFuture<?> beat = beats.scheduleAtFixedRate(
                () -> reporter.beat(item, trace),
                properties.heartbeat().toMillis(),
                properties.heartbeat().toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            attempt.run(item, lease, reporter.transcript(item, trace), reporter.changesets(item, trace), finished -> {
                lease.reported();
                beat.cancel(false);
                reporter.finished(item, finished, trace);
                LOG.info("task {}: attempt {} ended {}", item.getTaskId(), item.getAttempt(), finished.getOutcome());
            });
        } catch (LeaseLost lost) {
            LOG.warn("task {}: attempt {} is dropped: {}", item.getTaskId(), item.getAttempt(), lost.getMessage());
        } catch (InterruptedException stopped) {
            String why = lease.lost();
            LOG.warn(
                    "task {}: attempt {} was stopped: {}",
                    item.getTaskId(),
                    item.getAttempt(),
                    why == null ? "the worker is closing" : why);
        } catch (RuntimeException ours) {
            LOG.error("task {}: attempt {} failed by a fault of ours", item.getTaskId(), item.getAttempt(), ours);
            reportFault(lease, ours, trace);
        } finally {
            beat.cancel(false);
            leases.letGo(lease);
            atEnd.run();
        }
    }

    /** So that dispatch need not wait for the lease, and people read what happened; at worst the lease runs out. */
    private void reportFault(HeldLease lease, RuntimeException fault, TraceParent trace) {
        if (!lease.mayReport()) {
            return;
        }
        try {
            lease.reported();
            var broken = Finished.newBuilder()
                    .setOutcome(Outcome.BROKEN)
                    .setReason("a fault of the worker's: " + fault)
                    .build();
            reporter.finished(lease.item(), broken, trace);
        } catch (LeaseLost | BrokerUnavailable unheard) {
            LOG.warn("task {}: the fault was not reported", lease.item().getTaskId(), unheard);
        }
    }
}
