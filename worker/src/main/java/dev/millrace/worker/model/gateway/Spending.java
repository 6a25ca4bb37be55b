package dev.millrace.worker.model.gateway;

import dev.millrace.worker.model.upstream.Tokens;
import dev.millrace.worker.model.upstream.Upstreams.Route;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Meters one attempt and keeps it to its budget. Calls go on side by side as long as all of them together cannot exceed
 * what is left; otherwise one at a time, so that at most one call goes beyond. Thread-safe.
 */
public final class Spending {
    private final Budget budget;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Call> underWay = new ArrayList<>();
    private final TreeSet<String> unpriced = new TreeSet<>();
    private long requests;
    private Tokens used = Tokens.NONE;
    private BigDecimal micros = BigDecimal.ZERO;
    private long estimated;

    /** @param budget the smallest of all that count for the attempt */
    public Spending(Budget budget) {
        this.budget = budget;
    }

    /** What may be spent at most. */
    public Budget budget() {
        return budget;
    }

    /** What comes of asking for a call. */
    public sealed interface Admission {}

    /** Nothing is left. */
    public record Exhausted(String why) implements Admission {}

    /** All patience is gone while others were under way. */
    public record OutOfTime() implements Admission {}

    /**
     * Waits until a call may be made.
     *
     * @param tokensAtMost in and out together; {@link Long#MAX_VALUE} if nobody knows
     * @param patience how long to wait at most
     */
    public Admission admit(Route route, long tokensAtMost, Duration patience) throws InterruptedException {
        long left = nanos(patience);
        lock.lockInterruptibly();
        try {
            while (true) {
                String over = exhausted();
                if (over != null) {
                    return new Exhausted(over);
                }
                var call = new Call(route, tokensAtMost);
                if (underWay.isEmpty() || fits(call)) {
                    underWay.add(call);
                    return call;
                }
                if (left <= 0) {
                    return new OutOfTime();
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private static long nanos(Duration patience) {
        // A day at most: a deadline may lie beyond what nanoseconds can count.
        return patience.compareTo(Duration.ofDays(1)) < 0 ? patience.toNanos() : TimeUnit.DAYS.toNanos(1);
    }

    /** Everything so far; what is under way is not in it. */
    public Spent spent() {
        lock.lock();
        try {
            return new Spent(requests, used, costMicros(), estimated, unpriced);
        } finally {
            lock.unlock();
        }
    }

    private long costMicros() {
        return micros.setScale(0, RoundingMode.UP).longValue();
    }

    /** What is used up; null if there is something left of everything. */
    private @Nullable String exhausted() {
        if (requests >= budget.requests()) {
            return "the budget of %d requests to models is used up".formatted(budget.requests());
        }
        if (used.total() >= budget.tokens()) {
            return "the budget of %d tokens is used up".formatted(budget.tokens());
        }
        if (costMicros() >= budget.costMicros()) {
            return "the budget of $%s is used up"
                    .formatted(BigDecimal.valueOf(budget.costMicros(), 6)
                            .stripTrailingZeros()
                            .toPlainString());
        }
        return null;
    }

    /** Whether a call beside those that are under way cannot exceed what is left. */
    private boolean fits(Call call) {
        long calls = budget.requests() - requests - underWay.size();
        BigDecimal tokens = call.tokens();
        BigDecimal cost = call.cost();
        for (Call other : underWay) {
            tokens = tokens.add(other.tokens());
            cost = cost.add(other.cost());
        }
        return calls >= 1
                && (budget.tokens() == Long.MAX_VALUE
                        || tokens.compareTo(BigDecimal.valueOf(budget.tokens() - used.total())) <= 0)
                && (budget.costMicros() == Long.MAX_VALUE
                        || cost.compareTo(
                                        BigDecimal.valueOf(budget.costMicros()).subtract(micros))
                                <= 0);
    }

    /** One call, from its admission on. */
    public final class Call implements Admission, AutoCloseable {
        private final Route route;
        private final long tokensAtMost;

        private Call(Route route, long tokensAtMost) {
            this.route = route;
            this.tokensAtMost = tokensAtMost;
        }

        /** An answer came, or a part of it. */
        public void used(Tokens tokens, boolean estimate) {
            lock.lock();
            try {
                requests++;
                used = used.plus(tokens);
                micros = micros.add(route.price().of(tokens));
                estimated += estimate ? 1 : 0;
                if (!route.isPriced()) {
                    unpriced.add(route.model());
                }
                end();
            } finally {
                lock.unlock();
            }
        }

        /** If nothing was used, nothing counts. Never throws, may be called twice. */
        @Override
        public void close() {
            lock.lock();
            try {
                end();
            } finally {
                lock.unlock();
            }
        }

        private BigDecimal tokens() {
            return BigDecimal.valueOf(tokensAtMost);
        }

        private BigDecimal cost() {
            return route.price().atMost(tokensAtMost);
        }

        private void end() {
            if (underWay.remove(this)) {
                changed.signalAll();
            }
        }
    }
}
