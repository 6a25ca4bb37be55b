package dev.millrace.ingest.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingest.dispatch.Pause.Scope;
import dev.millrace.schemas.avro.AttemptEvent;
import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Heartbeat;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.Usage;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * One random life of dispatch: people who ask, cancel, retry and pause; workers that die, hang and come back; a sink;
 * and a network on which everything may be late, come twice and out of order. The same seed is the same history.
 */
final class History {
    private static final Instant BEGIN = Instant.parse("2026-11-01T22:00:00Z");
    private static final List<String> REPOSITORIES = List.of("alice/demo", "alice/other", "bob/third");
    private static final List<String> USERS = List.of("alice", "bob", "carol");
    private static final List<String> MODELS = List.of("", "large");

    private final Random random;
    private final Rules rules;
    private final Dispatcher dispatcher;
    private final Promises promises;
    private final Map<String, TaskState> store = new TreeMap<>();
    private final Ledger ledger;
    private final Map<String, RepositoryState> repositories = new HashMap<>();
    private final Map<String, Map<Scope, Pause>> pauses = new HashMap<>();
    private final Deque<WorkItem> work = new ArrayDeque<>();
    private final List<Late> network = new ArrayList<>();
    private final List<Attempt> attempts = new ArrayList<>();
    private final Set<String> delivered = new HashSet<>();
    private Instant now = BEGIN;
    private int tasks;
    private int workers;
    private boolean calm;

    History(long seed) {
        this.random = new Random(seed);
        this.rules = new Rules(
                Duration.ofSeconds(12),
                1 + random.nextInt(3),
                Duration.ofSeconds(5),
                Duration.ofMinutes(2),
                Duration.ofMinutes(3),
                new Rules.Caps(1 + random.nextInt(4), 1 + random.nextInt(3)),
                new Rules.Budgets(random.nextBoolean() ? 2_000_000L : null, random.nextBoolean() ? 1_000_000L : null));
        this.dispatcher = new Dispatcher(rules);
        this.promises = new Promises(rules);
        this.ledger = new Ledger(new Ledger.Store() {
            @Override
            public @Nullable TaskState get(String task) {
                return store.get(task);
            }

            @Override
            public void put(TaskState state) {
                store.put(state.getTaskId(), state);
            }
        });
    }

    /** On its way; whatever is due is heard in any order. */
    private record Late(
            Instant due,
            String repository,
            Event event,
            @Nullable SpecificRecord cause) {}

    /** What a worker believes to be running. */
    private static final class Attempt {
        private final WorkItem item;
        private final String worker;
        private long cost;
        private Instant silentUntil = Instant.EPOCH;

        Attempt(WorkItem item, String worker) {
            this.item = item;
            this.worker = worker;
        }
    }

    /** Lets much happen, then lets everybody do what they should, and sees that nothing is left. */
    void happen(int steps) {
        for (int step = 0; step < steps; step++) {
            someoneDoesSomething();
            passTime(Duration.ofMillis(random.nextInt(1_500)));
        }
        calm = true;
        for (String repository : REPOSITORIES) {
            resume(repository, Scope.REPOSITORY);
        }
        resumeEverything();
        for (int step = 0; step < 100_000 && promises.open().findAny().isPresent(); step++) {
            workersWork();
            sinkDelivers();
            passTime(Duration.ofSeconds(1));
            if (attempts.isEmpty() && network.isEmpty() && work.isEmpty()) {
                passTime(Duration.ofMinutes(30));
            }
        }
        promises.checkEnd();
    }

    private void someoneDoesSomething() {
        switch (random.nextInt(20)) {
            case 0, 1, 2 -> ask();
            case 3 -> askAgain();
            case 4 -> cancel();
            case 5 -> retry();
            case 6 -> pauseOrResume();
            case 7 -> restart();
            case 8 -> killAWorker();
            case 9 -> hangAWorker();
            case 10, 11, 12 -> sinkDelivers();
            default -> workersWork();
        }
    }

    // people

    private void ask() {
        String repository = any(REPOSITORIES);
        var request = TaskRequest.newBuilder()
                .setTaskId("task-number-%d".formatted(++tasks))
                .setRepo(repository)
                .setNumber(random.nextInt(4))
                .setRequestedBy(any(USERS))
                .setRequestedAt(now)
                .setInstruction("do it")
                .setModel(any(MODELS))
                .setPriority(random.nextInt(3))
                .setDeadline(random.nextInt(10) == 0 ? now.plusSeconds(random.nextInt(120)) : null)
                .build();
        var task = new TaskId(request.getTaskId());
        ask(request, LaneId.of(RepoId.parse(repository), request.getNumber(), task));
    }

    private void ask(TaskRequest request, LaneId lane) {
        promises.asked(request, lane.value());
        store.put(request.getTaskId(), TaskStates.asked(request, lane, now));
        hear(request.getRepo(), requested(request, lane), null);
    }

    private static Event requested(TaskRequest request, LaneId lane) {
        return new Event.Requested(new TaskId(request.getTaskId()), lane, TaskStates.terms(request));
    }

    private void askAgain() {
        promises.open()
                .min(anyOrder())
                .ifPresent(
                        state -> hear(state.getRepo(), requested(state.getTask(), new LaneId(state.getLane())), null));
    }

    private void cancel() {
        anyTask()
                .ifPresent(state ->
                        late(state.getRepo(), new Event.Cancelled(new TaskId(state.getTaskId()), any(USERS)), null));
    }

    private void retry() {
        anyTask()
                .filter(state -> state.getOutcome() != null)
                .ifPresent(ended -> ask(
                        TaskRequest.newBuilder(ended.getTask())
                                .setTaskId("task-number-%d".formatted(++tasks))
                                .setPredecessor(ended.getTaskId())
                                .setDeadline(null)
                                .build(),
                        new LaneId(ended.getLane())));
    }

    private void pauseOrResume() {
        String repository = any(REPOSITORIES);
        switch (random.nextInt(5)) {
            case 0 -> pause(repository, Scope.REPOSITORY);
            case 1 -> REPOSITORIES.forEach(each -> pause(each, Scope.EVERYTHING));
            case 2 -> resume(repository, Scope.REPOSITORY);
            default -> resumeEverything();
        }
    }

    private void pause(String repository, Scope scope) {
        var pause = new Pause(any(USERS), "a reason");
        pausesOf(repository).put(scope, pause);
        promises.paused(repository, pausesOf(repository).keySet());
        hear(repository, new Event.Paused(scope, pause), null);
    }

    private void resume(String repository, Scope scope) {
        pausesOf(repository).remove(scope);
        promises.paused(repository, pausesOf(repository).keySet());
        hear(repository, new Event.Resumed(scope), null);
    }

    private Map<Scope, Pause> pausesOf(String repository) {
        return pauses.computeIfAbsent(repository, _ -> new EnumMap<>(Scope.class));
    }

    private void resumeEverything() {
        REPOSITORIES.forEach(each -> resume(each, Scope.EVERYTHING));
    }

    // workers

    private void workersWork() {
        if (attempts.size() < 6 && !work.isEmpty()) {
            WorkItem item = work.remove();
            if (!calm && random.nextInt(6) == 0) {
                work.add(item); // delivered to somebody else too, as after a restart of the broker
            }
            var attempt = new Attempt(item, "w" + (calm ? ++workers : random.nextInt(4)));
            attempts.add(attempt);
            report(attempt, new Claimed());
        }
        for (Attempt attempt : List.copyOf(attempts)) {
            if (attempt.silentUntil.isBefore(now)) {
                goOn(attempt);
            }
        }
    }

    private void goOn(Attempt attempt) {
        TaskState state = promises.told(attempt.item.getTaskId());
        boolean held = state.getPhase() == Phase.RUNNING
                && state.getAttempt() == attempt.item.getAttempt()
                && state.getWorker().equals(attempt.worker);
        boolean pending = state.getPhase() == Phase.OFFERED && state.getAttempt() == attempt.item.getAttempt();
        boolean hears = calm || random.nextInt(4) > 0;
        if (!held && !pending && hears) {
            attempts.remove(attempt);
        } else if (held && random.nextInt(4) == 0) {
            attempts.remove(attempt);
            report(attempt, finished(attempt));
        } else if (!held && !hears) {
            // believes to hold what it does not
            report(attempt, finished(attempt));
        } else {
            attempt.cost += random.nextInt(20_000);
            report(attempt, new Heartbeat(usage(attempt)));
        }
    }

    private Finished finished(Attempt attempt) {
        var finished = Finished.newBuilder().setUsage(usage(attempt));
        return switch (calm ? 5 : random.nextInt(6)) {
            case 0, 1 ->
                finished.setOutcome(Outcome.BROKEN).setReason("no space left").build();
            case 2 ->
                finished.setOutcome(Outcome.BROKEN)
                        .setReason("too many requests")
                        .setTryAfterSeconds(random.nextInt(60))
                        .build();
            default -> finished.setOutcome(Outcome.SOLVED).setSummary("done").build();
        };
    }

    private static Usage usage(Attempt attempt) {
        return Usage.newBuilder().setCostMicros(attempt.cost).build();
    }

    private void report(Attempt attempt, Object what) {
        WorkItem item = attempt.item;
        var record = new AttemptEvent(
                item.getTaskId(), item.getRepo(), item.getAttempt(), attempt.worker, now, asAvro(what));
        late(item.getRepo(), Reports.event(new TaskId(item.getTaskId()), record), record);
    }

    private static Object asAvro(Object what) {
        return what instanceof Claimed ? new dev.millrace.schemas.avro.Claimed() : what;
    }

    /** A claim, told apart from the record of that name only here. */
    private record Claimed() {}

    private void killAWorker() {
        if (!attempts.isEmpty()) {
            attempts.remove(random.nextInt(attempts.size()));
        }
    }

    private void hangAWorker() {
        if (!attempts.isEmpty()) {
            attempts.get(random.nextInt(attempts.size())).silentUntil = now.plusSeconds(random.nextInt(40));
        }
    }

    // the sink

    private void sinkDelivers() {
        for (String task : List.copyOf(promises.outcomes().keySet())) {
            if (!delivered.contains(task) && (calm || random.nextInt(3) == 0)) {
                delivered.add(task);
                TaskState state = promises.told(task);
                late(state.getRepo(), new Event.Delivered(new TaskId(task)), delivery(state));
            }
        }
    }

    private Delivery delivery(TaskState state) {
        return Delivery.newBuilder()
                .setTaskId(state.getTaskId())
                .setRepo(state.getRepo())
                .setDeliveredAt(now)
                .setOutcome(Outcome.SOLVED)
                .build();
    }

    // the network, and time

    /** Comes later, and perhaps twice. */
    private void late(String repository, Event event, @Nullable SpecificRecord cause) {
        int copies = random.nextInt(8) == 0 ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            int delay = calm ? 0 : random.nextInt(10) == 0 ? random.nextInt(30_000) : random.nextInt(300);
            network.add(new Late(now.plusMillis(delay), repository, event, cause));
        }
    }

    private void passTime(Duration time) {
        now = now.plus(time).truncatedTo(ChronoUnit.MILLIS);
        promises.at(now);
        List<Late> due =
                network.stream().filter(late -> !late.due().isAfter(now)).toList();
        network.removeAll(due);
        due.forEach(late -> hear(late.repository(), late.event(), late.cause()));
        Event event =
                !calm && random.nextInt(30) == 0 ? new Event.HeldUp(Duration.ofSeconds(3)) : new Event.TimePassed();
        REPOSITORIES.forEach(repository -> hear(repository, event, null));
    }

    private void hear(String repository, Event event, @Nullable SpecificRecord cause) {
        promises.at(now);
        promises.hears(repository, event);
        RepositoryState before = repositories.getOrDefault(repository, RepositoryState.EMPTY);
        Decision decision = dispatcher.decide(before, event, now);
        assertThat(dispatcher.decide(before, event, now).effects())
                .as("the same again")
                .isEqualTo(decision.effects());
        decision.effects().forEach(effect -> ledger.carryOut(effect, cause, now, promises));
        repositories.put(repository, decision.state());
        work.addAll(promises.takeOffers());
        if (!(event instanceof Event.Beat)) {
            promises.check(repository);
        }
        if (event instanceof Event.TimePassed) {
            promises.checkTime(repository);
        }
    }

    /** What is known of the tasks is thrown away and made anew from what was told. */
    private void restart() {
        promises.restarted();
        for (String repository : REPOSITORIES) {
            List<TaskState> states = store.values().stream()
                    .filter(state -> state.getRepo().equals(repository))
                    .toList();
            states.forEach(state -> assertThat(promises.told(state.getTaskId()))
                    .as("everybody was told what is kept")
                    .isEqualTo(state));
            RepositoryState before = repositories.getOrDefault(repository, RepositoryState.EMPTY);
            RepositoryState after = TaskStates.restored(
                    states.stream().map(History::onTheWire).toList(), pausesOf(repository), now, rules);
            assertThat(lasting(after)).isEqualTo(lasting(before));
            assertThat(after.pauses()).isEqualTo(before.pauses());
            LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
            assertThat(after.spending().on(today)).isEqualTo(before.spending().on(today));
            repositories.put(repository, after);
        }
    }

    private static TaskState onTheWire(TaskState state) {
        try {
            return TaskState.fromByteBuffer(state.toByteBuffer());
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    /** Beats of the heart and repetitions of offers do not last. */
    private static List<Task> lasting(RepositoryState state) {
        return state.tasks().values().stream()
                .map(task -> switch (task.stage()) {
                    case Stage.Running running ->
                        task.at(new Stage.Running(
                                running.attempt(), running.worker(), running.since(), Instant.EPOCH, 0));
                    case Stage.Offered offered ->
                        task.at(new Stage.Offered(offered.attempt(), offered.since(), Instant.EPOCH));
                    case Stage.Waiting _, Stage.Delivering _ -> task;
                })
                .toList();
    }

    private Optional<TaskState> anyTask() {
        return store.values().stream().min(anyOrder());
    }

    private Comparator<TaskState> anyOrder() {
        int salt = random.nextInt();
        return Comparator.comparingInt(state -> (state.getTaskId().hashCode() * 31 + salt) * 0x9E3779B9);
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
