package dev.millrace.worker.model.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.model.upstream.BackPressure.Entry;
import dev.millrace.worker.model.upstream.BackPressure.Pass;
import dev.millrace.worker.model.upstream.BackPressure.TooLate;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackPressureTest {
    private static final HttpHeaders AT_ONCE = wish("1");
    private static final HttpHeaders NOT_SOON = wish("20000");

    private final BackPressure pressure =
            new BackPressure(new Backoff(Duration.ofMillis(1), Duration.ofMinutes(1), InstantSource.system(), () -> 0));
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    @Test
    void allGoWhileNobodyIsRefused() throws Exception {
        assertThat(enter()).isInstanceOf(Pass.class);
        assertThat(enter()).isInstanceOf(Pass.class);
    }

    @Test
    void oneTriesAndTheOthersWaitUntilItGetsThrough() throws Exception {
        pass().refused(AT_ONCE);
        Pass probe = pass();
        Future<Entry> other = threads.submit(this::enter);
        awaitWaiting(other);

        probe.accepted();

        assertThat(other.get()).isInstanceOf(Pass.class);
        assertThat(enter()).isInstanceOf(Pass.class);
    }

    @Test
    void theNextTriesIfTheFirstIsRefusedAgainOrGivesUp() throws Exception {
        pass().refused(AT_ONCE);
        Pass first = pass();
        Future<Entry> second = threads.submit(this::enter);
        awaitWaiting(second);
        first.refused(AT_ONCE);
        Future<Entry> third = threads.submit(this::enter);

        ((Pass) second.get()).close();

        assertThat(third.get()).isInstanceOf(Pass.class);
    }

    @Test
    void nobodyWaitsForWhatComesTooLate() throws Exception {
        pass().refused(NOT_SOON);

        assertThat(pressure.enter(Instant.now().plusSeconds(10)))
                .isInstanceOfSatisfying(
                        TooLate.class,
                        it -> assertThat(it.tryAfter()).isBetween(Duration.ofSeconds(19), Duration.ofSeconds(20)));
    }

    @Test
    void refusalsOfWhatWasUnderWayDoNotAddUp() throws Exception {
        var backoff = new Backoff(Duration.ofSeconds(1), Duration.ofHours(1), InstantSource.system(), () -> 0);
        var patient = new BackPressure(backoff);
        Instant late = Instant.now().plusSeconds(3600);
        var passes = List.of(patient.enter(late), patient.enter(late), patient.enter(late), patient.enter(late));

        for (Entry each : passes) {
            ((Pass) each).refused(HttpHeaders.of(Map.of(), (_, _) -> true));
        }

        assertThat(patient.enter(Instant.now()))
                .isInstanceOfSatisfying(
                        TooLate.class, it -> assertThat(it.tryAfter()).isLessThanOrEqualTo(Duration.ofSeconds(1)));
    }

    private Entry enter() throws InterruptedException {
        return pressure.enter(Instant.now().plusSeconds(60));
    }

    private Pass pass() throws InterruptedException {
        return (Pass) enter();
    }

    /** Until it is in the queue, which its thread's state shows nothing of: it is not done although there is time. */
    private static void awaitWaiting(Future<Entry> entry) {
        Instant until = Instant.now().plusMillis(50);
        while (Instant.now().isBefore(until)) {
            assertThat(entry).isNotDone();
            Thread.onSpinWait();
        }
    }

    private static HttpHeaders wish(String millis) {
        return HttpHeaders.of(Map.of("Retry-After-Ms", List.of(millis)), (_, _) -> true);
    }
}
