package dev.millrace.worker.queue;

import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.worker.attempt.Attempt;
import dev.millrace.worker.attempt.LeaseLost;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One claim of this worker and what dispatch says of it. The attempt's thread waits for the grant; the thread that
 * follows {@code tasks} tells of it, and stops the attempt when the lease is lost.
 */
final class HeldLease implements Attempt.Lease {
    private final WorkItem item;
    private final WorkerName worker;
    private final Duration grantWithin;
    private final CountDownLatch decided = new CountDownLatch(1);
    private @Nullable Thread attempt;
    private @Nullable String lost;
    private boolean reported;

    HeldLease(WorkItem item, WorkerName worker, Duration grantWithin) {
        this.item = item;
        this.worker = worker;
        this.grantWithin = grantWithin;
    }

    WorkItem item() {
        return item;
    }

    /** The calling thread runs the attempt from now on. */
    synchronized void runs() {
        attempt = Thread.currentThread();
    }

    /** The attempt has its result: losing the lease from now on is dispatch's business. */
    synchronized void reported() throws LeaseLost {
        if (lost != null) {
            throw new LeaseLost(lost);
        }
        reported = true;
    }

    /** Whether a result of the attempt would be its first and could still count. */
    synchronized boolean mayReport() {
        return !reported && lost == null;
    }

    @Override
    public void awaitGrant() throws LeaseLost, InterruptedException {
        boolean heard = decided.await(grantWithin.toMillis(), TimeUnit.MILLISECONDS);
        synchronized (this) {
            if (lost != null) {
                throw new LeaseLost(lost);
            }
        }
        if (!heard) {
            throw new LeaseLost("dispatch granted nothing within " + grantWithin);
        }
    }

    /** Why the lease was lost; null while it was not. */
    synchronized @Nullable String lost() {
        return lost;
    }

    /** Takes in what dispatch says of the task. */
    void told(TaskState state) {
        boolean older = state.getAttempt() < item.getAttempt();
        boolean ours =
                state.getAttempt() == item.getAttempt() && state.getWorker().equals(worker.value());
        switch (state.getPhase()) {
            case RUNNING -> {
                if (ours) {
                    decided.countDown();
                } else if (!older) {
                    lose("attempt %d is held by %s".formatted(state.getAttempt(), state.getWorker()));
                }
            }
            case QUEUED, UNKNOWN -> {
                if (!older) {
                    lose("attempt %d was given up by dispatch".formatted(item.getAttempt()));
                }
            }
            case OFFERED -> {
                if (state.getAttempt() > item.getAttempt()) {
                    lose("attempt %d was offered".formatted(state.getAttempt()));
                }
            }
            case DELIVERING, DONE -> {
                if (!older) {
                    lose(state.getOutcome() == Outcome.CANCELLED ? state.getReason() : "the task has ended");
                }
            }
        }
    }

    private synchronized void lose(String why) {
        if (reported || lost != null) {
            return;
        }
        lost = why;
        decided.countDown();
        if (attempt != null) {
            attempt.interrupt();
        }
    }
}
