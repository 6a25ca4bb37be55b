package dev.millrace.ingest.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.ingest.reconcile.Reconciliation.Look;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconcilerTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final ReconcileProperties PROPERTIES =
            new ReconcileProperties(true, Duration.ofSeconds(1), Duration.ofDays(3), Duration.ofMinutes(10));

    private final FakeTurns turns = new FakeTurns();
    private final List<Instant> looks = new CopyOnWriteArrayList<>();
    private volatile Look next = new Look(NOON, 0);
    private volatile Optional<RuntimeException> fault = Optional.empty();
    private final Reconciler reconciler = new Reconciler(PROPERTIES, this::look, turns, InstantSource.fixed(NOON));

    @AfterEach
    void stop() {
        reconciler.stop();
    }

    @Test
    void theVeryFirstLookRemembersTheMomentAndHearsNothing() {
        turn(true);

        assertThat(turns.seen).contains(NOON);
        assertThat(looks).isEmpty();
    }

    @Test
    void aLookGoesOnWhereTheLastOneCame() {
        turns.seen = Optional.of(NOON.minusSeconds(60));
        next = new Look(NOON.minusSeconds(20), 0);
        turn(true);
        turn(true);

        assertThat(looks).containsExactly(NOON.minusSeconds(60), NOON.minusSeconds(20));
    }

    @Test
    void aLookGoesBackSoFarAndNoFurther() {
        turns.seen = Optional.of(NOON.minus(Duration.ofDays(30)));
        turn(true);

        assertThat(looks).containsExactly(NOON.minus(Duration.ofDays(3)));
    }

    @Test
    void whoseTurnItIsNotDoesNotLook() {
        turns.seen = Optional.of(NOON.minusSeconds(60));
        turn(false);

        assertThat(looks).isEmpty();
    }

    @Test
    void aLookThatFailedIsRepeatedFromTheSameMomentAfterLongerPauses() {
        turns.seen = Optional.of(NOON.minusSeconds(60));
        fault = Optional.of(new IllegalStateException("away"));
        turn(true);
        fault = Optional.empty();
        next = new Look(NOON.minusSeconds(60), 1);
        turn(true);
        next = new Look(NOON, 0);
        turn(true);
        turn(true);

        assertThat(looks).containsExactly(NOON.minusSeconds(60), NOON.minusSeconds(60), NOON.minusSeconds(60), NOON);
        assertThat(turns.pauses)
                .startsWith(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(1));
    }

    @Test
    void itEndsWhenItIsStoppedAndGivesItsTurnAway() {
        turn(true);

        reconciler.stop();

        assertThat(reconciler.isRunning()).isFalse();
        assertThat(turns.closed).isTrue();
    }

    private Look look(Instant since) {
        looks.add(since);
        if (fault.isPresent()) {
            throw fault.get();
        }
        return next;
    }

    /** Lets a pause end, and waits for what follows. */
    private void turn(boolean mine) {
        if (!reconciler.isRunning()) {
            reconciler.start();
        }
        int before = turns.waits.get();
        turns.ends.add(mine);
        await().until(() -> turns.waits.get() > Math.max(before, 1));
    }

    /** Whose turn it is the test says. */
    private static final class FakeTurns implements Turns, java.util.function.Supplier<Turns> {
        private final BlockingQueue<Boolean> ends = new LinkedBlockingQueue<>();
        private final List<Duration> pauses = new CopyOnWriteArrayList<>();
        private final AtomicInteger waits = new AtomicInteger();
        private volatile Optional<Instant> seen = Optional.empty();
        private volatile boolean closed;

        @Override
        public Turns get() {
            return this;
        }

        @Override
        public boolean await(Duration span) {
            pauses.add(span);
            waits.incrementAndGet();
            try {
                return ends.take();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        @Override
        public Optional<Instant> seen() {
            return seen;
        }

        @Override
        public void seen(Instant moment) {
            seen = Optional.of(moment);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
