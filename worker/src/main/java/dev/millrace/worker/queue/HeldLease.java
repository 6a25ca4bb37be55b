package dev.millrace.worker.queue;

import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.worker.attempt.Attempt;
import dev.millrace.worker.attempt.LeaseLost;
import dev.millrace.worker.model.gateway.Budget;
import dev.millrace.worker.model.gateway.Spending;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One claim of this worker and how it stands. The attempt's thread waits for the grant and reports; others tell of what
 * dispatch says, of beats that arrived and of time, and stop the attempt when the lease is lost or may be.
 */
final class HeldLease implements Attempt.Lease {
    private final WorkItem item;
    private final WorkerName worker;
    private final Duration grantWithin;
    private final long lasts;
    private final LongSupplier nanos;
    private final Spending spending;
    private final CountDownLatch decided = new CountDownLatch(1);
    private Standing standing = Standing.HELD;
    private String why = "";
    private long heard;
    private @Nullable Thread attempt;

    /**
     * A claim that is being made now.
     *
     * @param nanos of a clock that only goes forward
     */
    HeldLease(WorkItem item, WorkerName worker, LeaseTerms terms, LongSupplier nanos) {
        this.item = item;
        this.worker = worker;
        this.grantWithin = terms.grantWithin();
        this.lasts = terms.lease().toNanos();
        this.nanos = nanos;
        this.heard = nanos.getAsLong();
        this.spending = new Spending(terms.budget().and(budget(item)));
    }

    private enum Standing {
        HELD,
        /** The attempt has to end though nobody else holds the task, as far as is known: it may be handed back. */
        STOPPED,
        LOST,
        /** Its result, or that it was handed back, is said: losing it is dispatch's business. */
        REPORTED
    }

    WorkItem item() {
        return item;
    }

    /** What the attempt spends on models, within what it was given. */
    Spending spending() {
        return spending;
    }

    private static Budget budget(WorkItem item) {
        Long micros = item.getBudgetMicros();
        return micros == null ? Budget.UNLIMITED : new Budget(Long.MAX_VALUE, Long.MAX_VALUE, Math.max(0, micros));
    }

    /** The calling thread runs the attempt from now on. */
    synchronized void runs() {
        attempt = Thread.currentThread();
    }

    /** The attempt has its result, and says so next. */
    synchronized void reported() throws LeaseLost {
        checkTime();
        if (standing != Standing.HELD) {
            throw new LeaseLost(why);
        }
        standing = Standing.REPORTED;
    }

    /** Whether a result of the attempt would be its first and could still count. */
    synchronized boolean mayReport() {
        checkTime();
        return standing == Standing.HELD;
    }

    /** Whether the task goes back with no result; true once, and only where it was stopped and not lost. */
    synchronized boolean handBack() {
        boolean first = standing == Standing.STOPPED;
        if (first) {
            standing = Standing.REPORTED;
        }
        return first;
    }

    @Override
    public void awaitGrant() throws LeaseLost, InterruptedException {
        boolean said = decided.await(grantWithin.toMillis(), TimeUnit.MILLISECONDS);
        synchronized (this) {
            if (standing != Standing.HELD) {
                throw new LeaseLost(why);
            }
        }
        if (!said) {
            stop("dispatch granted nothing within " + grantWithin);
            throw new LeaseLost(why());
        }
    }

    /** Why the attempt has to end without a result; empty while it has not. */
    synchronized String why() {
        return why;
    }

    /** A beat has reached the broker: whenever dispatch reads it, that is later than it was sent. */
    synchronized void heard(long sentAt) {
        checkTime();
        heard = Math.max(heard, sentAt);
    }

    /** Ends the attempt if nothing was heard of it for as long as its lease lasts: others may have it by now. */
    synchronized void checkTime() {
        if (nanos.getAsLong() - heard >= lasts) {
            stop("nothing from this worker reached the broker for %s, as long as its lease lasts"
                    .formatted(Duration.ofNanos(lasts)));
        }
    }

    /** Ends the attempt, so that its task can be handed back. */
    synchronized void stop(String because) {
        end(Standing.STOPPED, because);
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

    private synchronized void lose(String because) {
        end(Standing.LOST, because);
    }

    /** Interrupts the attempt once at most: afterwards it is busy removing its sandbox. */
    private void end(Standing as, String because) {
        switch (standing) {
            case HELD -> {
                standing = as;
                why = because;
                decided.countDown();
                if (attempt != null) {
                    attempt.interrupt();
                }
            }
            case STOPPED -> standing = as;
            case LOST, REPORTED -> {}
        }
    }
}
