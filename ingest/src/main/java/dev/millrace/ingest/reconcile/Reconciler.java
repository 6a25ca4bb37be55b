package dev.millrace.ingest.reconcile;

import dev.millrace.ingest.reconcile.Reconciliation.Look;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Looks at the forge's history every now and then, whenever it is this instance's turn. */
final class Reconciler implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    /** Soon after the start, what was missed meanwhile. */
    private static final Duration FIRST = Duration.ofSeconds(5);

    private static final Duration STOP_WITHIN = Duration.ofSeconds(10);

    private final ReconcileProperties properties;
    private final Looking looking;
    private final Supplier<Turns> turns;
    private final InstantSource clock;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Thread thread;

    /** All that is needed of whoever looks. */
    interface Looking {
        /** Hears what happened at the moment or later; throws where that cannot be told. */
        Look since(Instant seen);
    }

    /**
     * Looks at nothing before it is started; started and stopped once.
     *
     * @param turns made by the thread that uses them
     */
    Reconciler(ReconcileProperties properties, Looking looking, Supplier<Turns> turns, InstantSource clock) {
        this.properties = properties;
        this.looking = looking;
        this.turns = turns;
        this.clock = clock;
    }

    @Override
    public void start() {
        thread = Thread.ofPlatform().name("reconcile").daemon().start(this::run);
    }

    @Override
    public void stop() {
        Thread running = thread;
        thread = null;
        stopped.countDown();
        if (running != null) {
            running.interrupt();
            try {
                running.join(STOP_WITHIN);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    private void run() {
        var pause = new Pause(FIRST, properties.every(), properties.backoff());
        while (stopped.getCount() > 0) {
            try (var mine = turns.get()) {
                while (stopped.getCount() > 0) {
                    if (mine.await(pause.next()) && stopped.getCount() > 0) {
                        pause.after(look(mine));
                    }
                }
            } catch (RuntimeException fault) {
                pause.after(false);
                if (!isOver(pause.next())) {
                    LOG.warn("the broker was asked in vain whose turn it is to look at the forge's history", fault);
                }
            }
        }
    }

    /** Waits for the span, unless it is over sooner. */
    private boolean isOver(Duration span) {
        try {
            return stopped.await(span.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Whether all that there was has been heard. */
    private boolean look(Turns mine) {
        Instant now = clock.instant();
        Instant oldest = now.minus(properties.lookBack());
        try {
            var seen = mine.seen();
            if (seen.isEmpty()) {
                LOG.info("the forge's history is looked at from now on");
                mine.seen(now);
                return true;
            }
            Look look = looking.since(seen.get().isBefore(oldest) ? oldest : seen.get());
            if (look.seen().isAfter(seen.get())) {
                mine.seen(look.seen());
            }
            return look.failed() == 0;
        } catch (RuntimeException fault) {
            if (stopped.getCount() > 0) {
                LOG.warn("the forge's history is looked at again later: {}", fault.toString());
            }
            return false;
        }
    }
}
