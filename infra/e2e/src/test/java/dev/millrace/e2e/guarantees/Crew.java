package dev.millrace.e2e.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.bench.fleet.Fleet;
import dev.millrace.bench.fleet.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processes that a plan's faults befall. Faults may come from several threads. */
final class Crew {
    private static final Logger LOG = LoggerFactory.getLogger(Crew.class);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** A fault that needs a worker with something to do waits for one, but lets others happen meanwhile. */
    private static final Duration EAGER = Duration.ofSeconds(20);

    private final Plan plan;
    private final Fleet fleet;
    private final Recorder recorder;
    private final List<Slot> workers;
    private final List<Member> dispatchers = new ArrayList<>();
    private final ReentrantLock dispatch = new ReentrantLock();
    private final ReentrantLock broker = new ReentrantLock();
    private final ReentrantLock choosing = new ReentrantLock();
    private int lives;

    Crew(Plan plan, Fleet fleet, Recorder recorder) {
        this.plan = plan;
        this.fleet = fleet;
        this.recorder = recorder;
        IntStream.range(0, plan.dispatchers()).forEach(_ -> dispatchers.add(dispatcher()));
        workers = IntStream.rangeClosed(1, plan.workers())
                .mapToObj(slot -> new Slot("worker" + slot, fleet, settingsOfWorkers(), recorder))
                .toList();
    }

    /** What happens before all are there would befall nobody. */
    void awaitReady() {
        await("the first workers")
                .atMost(LIMIT)
                .until(() -> workers.stream().allMatch(slot -> slot.worker().isPresent()));
    }

    /** Returns when it is over, as far as it is ever over. */
    void befall(Fault fault) {
        LOG.info("{} ({})", fault.kind(), fault.slot());
        try {
            switch (fault.kind()) {
                case KILL_WORKER -> killWorker(fault.slot());
                case FREEZE_WORKER -> freezeWorker(fault.slot());
                case KILL_DISPATCH -> killDispatch(fault.slot());
                case KILL_BROKER -> killBroker();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    /** Ends the workers as an operator would, and takes down what they did. */
    void end() {
        workers.forEach(Slot::end);
    }

    private void killWorker(int first) {
        choosing.lock();
        try {
            busy(first).kill();
        } finally {
            choosing.unlock();
        }
    }

    private void freezeWorker(int first) throws IOException, InterruptedException {
        Slot slot;
        Set<Slot.Held> held;
        String worker;
        choosing.lock();
        try {
            await("a time with no worker stopped")
                    .atMost(LIMIT)
                    .until(() -> workers.stream().noneMatch(Slot::isFrozen));
            slot = busy(first);
            slot.freeze();
            held = slot.held();
            worker = slot.worker().orElseThrow();
        } finally {
            choosing.unlock();
        }
        try {
            await("the loss of all leases of " + worker)
                    .atMost(LIMIT)
                    .until(() -> held.stream().noneMatch(it -> {
                        Fact.Stands newest = recorder.newest(it.task());
                        return newest != null && newest.isHeldBy(it.attempt(), worker);
                    }));
        } finally {
            slot.thaw();
        }
    }

    /** One that runs something, from the given one on; any that is not stopped if none comes to run something. */
    private Slot busy(int first) {
        List<Slot> candidates = IntStream.range(0, workers.size())
                .mapToObj(next -> workers.get((first + next) % workers.size()))
                .toList();
        Instant eagerUntil = Instant.now().plus(EAGER);
        return await("a worker that runs something")
                .atMost(LIMIT)
                .until(
                        () -> candidates.stream()
                                .filter(slot -> !slot.isFrozen())
                                .filter(slot -> !slot.held().isEmpty()
                                        || (Instant.now().isAfter(eagerUntil)
                                                && slot.worker().isPresent()))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private void killDispatch(int slot) {
        dispatch.lock();
        try {
            int place = slot % dispatchers.size();
            dispatchers.get(place).kill();
            recorder.happened(new Fact.DispatchDied(Instant.now()));
            dispatchers.set(place, dispatcher());
        } finally {
            dispatch.unlock();
        }
    }

    private void killBroker() {
        broker.lock();
        try {
            long killed = fleet.broker().pid();
            assertThat(ProcessHandle.of(killed).orElseThrow().destroyForcibly()).isTrue();
            recorder.happened(new Fact.BrokerDied(Instant.now()));
            await("another broker").atMost(LIMIT).until(() -> fleet.broker().pid() != killed);
            fleet.broker().awaitReady(LIMIT);
            recorder.happened(new Fact.BrokerBack(Instant.now()));
        } finally {
            broker.unlock();
        }
    }

    private Member dispatcher() {
        lives++;
        return fleet.dispatch(
                "dispatch-" + lives,
                List.of(),
                List.of(
                        "--millrace.dispatch.lease=%dms".formatted(plan.lease().toMillis()),
                        "--millrace.worker.heartbeat=%dms"
                                .formatted(plan.heartbeat().toMillis()),
                        "--millrace.dispatch.repository-cap=" + Plan.CAP,
                        "--millrace.dispatch.backoff=1s"));
    }

    private List<String> settingsOfWorkers() {
        return List.of(
                "--millrace.worker.seats=" + plan.seats(),
                "--millrace.dispatch.lease=%dms".formatted(plan.lease().toMillis()),
                "--millrace.worker.heartbeat=%dms".formatted(plan.heartbeat().toMillis()));
    }
}
