package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.avro.AttemptEvent;
import dev.millrace.schemas.avro.Claimed;
import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Heartbeat;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.schemas.id.AttemptNumber;
import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.schemas.wire.EventHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries events to the {@link Dispatcher} and its effects to the topics. Keeps the newest {@code TaskState} of every
 * task; what decisions need is rebuilt from these when a partition arrives.
 */
final class DispatchProcessor implements Processor<String, SpecificRecord, String, SpecificRecord> {
    static final String SOURCE = "/millrace/dispatch";
    static final String STORE = "tasks";
    static final String WORK = "to-work";
    static final String TASKS = "to-tasks";
    static final String OUTCOMES = "to-outcomes";
    static final String REQUESTS = "to-requests";

    private static final Logger LOG = LoggerFactory.getLogger(DispatchProcessor.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    /** Looks are this far apart only if something held dispatch up. */
    private static final Duration STANDSTILL = TICK.multipliedBy(3);

    private static final Duration SWEEP = Duration.ofHours(1);

    private final DispatchProperties properties;
    private final Home home;
    private final Dispatcher dispatcher;
    private final Map<String, RepositoryState> repositories = new HashMap<>();
    private Instant lastLook = Instant.MAX;
    private @Nullable ProcessorContext<String, SpecificRecord> context;
    private @Nullable KeyValueStore<String, TaskState> store;

    DispatchProcessor(DispatchProperties properties, Home home) {
        this.properties = properties;
        this.home = home;
        this.dispatcher = new Dispatcher(properties.rules());
    }

    @Override
    public void init(ProcessorContext<String, SpecificRecord> context) {
        this.context = context;
        this.store = context.getStateStore(STORE);
        lastLook = now();
        restore(lastLook);
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, _ -> passTime());
        context.schedule(SWEEP, PunctuationType.WALL_CLOCK_TIME, _ -> forgetEnded());
    }

    @Override
    public void process(Record<String, SpecificRecord> record) {
        switch (record.value()) {
            case TaskRequest request -> request(record, request);
            case AttemptEvent event -> attempt(record, event);
            case Delivery delivery -> deliver(record, delivery);
            case null, default -> throw new InvalidRecord("dispatch knows no such record");
        }
    }

    private void request(Record<String, SpecificRecord> record, TaskRequest request) {
        RepoId repo = Checked.repository(record.key(), request.getRepo());
        if (!home.isAt(context().taskId().partition(), record.key())) {
            if (Home.wasMoved(record.headers())) {
                throw new InvalidRecord("the record was moved, and still is not in the partition of " + repo);
            }
            LOG.info("task {} was put into another partition than its repository's, and is moved", request.getTaskId());
            context().forward(record.withHeaders(Home.moved(record.headers())), REQUESTS);
            return;
        }
        TaskId task = Checked.of(() -> new TaskId(request.getTaskId()));
        LaneId lane = Checked.of(() -> LaneId.of(repo, request.getNumber(), task));
        if (store().get(task.value()) != null) {
            LOG.info("task {} was asked for again", task);
            return;
        }
        store().put(task.value(), TaskStates.asked(request, lane, now()));
        apply(repo.key(), new Event.Requested(task, lane), new Cause(record.headers(), null, null));
    }

    private void attempt(Record<String, SpecificRecord> record, AttemptEvent event) {
        RepoId repo = Checked.repository(record.key(), event.getRepo());
        TaskId task = known(event.getTaskId(), repo);
        AttemptNumber attempt = Checked.of(() -> new AttemptNumber(event.getAttempt()));
        String worker = event.getWorker();
        Event happened = switch (event.getEvent()) {
            case Claimed _ -> new Event.Claimed(task, attempt, worker);
            case Heartbeat _ -> new Event.Beat(task, attempt, worker);
            case Finished finished ->
                new Event.Finished(
                        task, attempt, worker, finished.getOutcome() == Outcome.BROKEN, finished.getReason());
            case null, default -> throw new InvalidRecord("no such event of an attempt");
        };
        var cause = new Cause(record.headers(), event, null);
        TaskState before = state(task);
        apply(repo.key(), happened, cause);
        if (happened instanceof Event.Claimed && before.equals(state(task))) {
            // Whoever claims waits for the answer, and does not hear what was said before.
            forward(TASKS, task.value(), before, task.value(), cause, now());
        }
    }

    private void deliver(Record<String, SpecificRecord> record, Delivery delivery) {
        RepoId repo = Checked.repository(record.key(), delivery.getRepo());
        TaskId task = known(delivery.getTaskId(), repo);
        apply(repo.key(), new Event.Delivered(task), new Cause(record.headers(), null, delivery));
    }

    private void passTime() {
        Duration since = Duration.between(lastLook, now());
        lastLook = now();
        Event event = since.compareTo(STANDSTILL) > 0 ? new Event.HeldUp(since.minus(TICK)) : new Event.TimePassed();
        for (String repository : List.copyOf(repositories.keySet())) {
            apply(repository, event, new Cause(new RecordHeaders(), null, null));
        }
    }

    /** What led to a decision; its effects take the trace and the details from here. */
    private record Cause(
            Headers headers,
            @Nullable AttemptEvent attempt,
            @Nullable Delivery delivery) {}

    private void apply(String repository, Event event, Cause cause) {
        Instant now = now();
        var decision = dispatcher.decide(repositories.getOrDefault(repository, RepositoryState.EMPTY), event, now);
        for (Effect effect : decision.effects()) {
            carryOut(effect, cause, now);
        }
        if (decision.state().isEmpty()) {
            repositories.remove(repository);
        } else {
            repositories.put(repository, decision.state());
        }
    }

    private void carryOut(Effect effect, Cause cause, Instant now) {
        switch (effect) {
            case Effect.Moved(var task, var waitingFor) ->
                tell(TaskStates.moved(state(task.id()), task, waitingFor, now), cause, now);
            case Effect.Offer(var task, var attempt) -> {
                var state = state(task);
                var item = new WorkItem(task.value(), state.getRepo(), attempt.value(), now, state.getTask());
                forward(WORK, task.value(), item, task.value(), cause, now);
            }
            case Effect.Accept(var task) -> {
                var event = Objects.requireNonNull(cause.attempt(), "only a finished attempt is accepted");
                var state = state(task);
                end(task, TaskStates.outcome(state, event, (Finished) event.getEvent(), now), cause, now);
            }
            case Effect.GiveUp(var task, var attempt, var reason) ->
                end(task, TaskStates.broken(state(task), attempt, reason, now), cause, now);
            case Effect.Ended(var task) -> {
                var delivery = Objects.requireNonNull(cause.delivery(), "only a delivery ends a task");
                tell(TaskStates.done(state(task), delivery, now), cause, now);
            }
            case Effect.Refused(var task, var reason) -> LOG.warn("task {}: refused {}", task, reason);
        }
    }

    private void end(TaskId task, TaskOutcome outcome, Cause cause, Instant now) {
        store().put(task.value(), TaskStates.accepted(state(task), outcome));
        forward(OUTCOMES, RepoId.parse(outcome.getRepo()).key(), outcome, task.value(), cause, now);
    }

    private void tell(TaskState state, Cause cause, Instant now) {
        store().put(state.getTaskId(), state);
        forward(TASKS, state.getTaskId(), state, state.getTaskId(), cause, now);
    }

    private void forward(
            String sink, String key, @Nullable SpecificRecord value, String subject, Cause cause, Instant now) {
        var headers = new RecordHeaders();
        Class<?> type = value == null ? TaskState.class : value.getClass();
        EventHeaders.of(type, SOURCE, now, subject, EventHeaders.traceOf(cause.headers()))
                .writeTo(headers);
        context().forward(new Record<>(key, value, now.toEpochMilli(), headers), sink);
    }

    private void restore(Instant now) {
        repositories.clear();
        try (var states = store().all()) {
            states.forEachRemaining(entry -> TaskStates.restored(entry.value, now, properties.lease())
                    .ifPresent(task -> repositories.merge(
                            RepoId.parse(entry.value.getRepo()).key(),
                            RepositoryState.EMPTY.with(task),
                            (known, _) -> known.with(task))));
        }
    }

    private void forgetEnded() {
        Instant now = now();
        List<String> old = new ArrayList<>();
        try (var states = store().all()) {
            states.forEachRemaining(entry -> {
                if (entry.value.getPhase() == Phase.DONE
                        && entry.value.getSince().plus(properties.keepEnded()).isBefore(now)) {
                    old.add(entry.key);
                }
            });
        }
        for (String task : old) {
            store().delete(task);
            forward(TASKS, task, null, task, new Cause(new RecordHeaders(), null, null), now);
        }
    }

    private TaskState state(TaskId task) {
        return Objects.requireNonNull(store().get(task.value()), "a task that was decided on is in the store");
    }

    private TaskId known(String id, RepoId repo) {
        TaskId task = Checked.of(() -> new TaskId(id));
        TaskState state = store().get(task.value());
        if (state == null) {
            throw new InvalidRecord("task %s is not known".formatted(task));
        }
        if (!RepoId.parse(state.getRepo()).key().equals(repo.key())) {
            throw new InvalidRecord("task %s is not of %s".formatted(task, repo));
        }
        return task;
    }

    private Instant now() {
        return Instant.ofEpochMilli(context().currentSystemTimeMs());
    }

    private ProcessorContext<String, SpecificRecord> context() {
        return Objects.requireNonNull(context, "init comes first");
    }

    private KeyValueStore<String, TaskState> store() {
        return Objects.requireNonNull(store, "init comes first");
    }
}
