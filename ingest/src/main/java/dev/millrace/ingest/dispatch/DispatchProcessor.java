package dev.millrace.ingest.dispatch;

import dev.millrace.ingest.dispatch.Pause.Scope;
import dev.millrace.schemas.avro.Approve;
import dev.millrace.schemas.avro.AttemptEvent;
import dev.millrace.schemas.avro.Cancel;
import dev.millrace.schemas.avro.ControlRequest;
import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Retry;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
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
    static final String CONTROLS = "to-controls";
    static final String EVERYWHERE = "to-controls-everywhere";

    private static final Logger LOG = LoggerFactory.getLogger(DispatchProcessor.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    /** Looks are this far apart only if something held dispatch up. */
    private static final Duration STANDSTILL = TICK.multipliedBy(3);

    private static final Duration SWEEP = Duration.ofHours(1);

    private final DispatchProperties properties;
    private final Home home;
    private final Refusals refusals;
    private Instant lastLook = Instant.MAX;
    private @Nullable ProcessorContext<String, SpecificRecord> context;
    private @Nullable Parts parts;

    DispatchProcessor(DispatchProperties properties, Home home, Refusals refusals) {
        this.properties = properties;
        this.home = home;
        this.refusals = refusals;
    }

    /** What exists once the partition is here. */
    private record Parts(TaskStore tasks, Ledger ledger, Controls controls, Repositories repositories) {}

    @Override
    public void init(ProcessorContext<String, SpecificRecord> context) {
        this.context = context;
        var tasks = new TaskStore(context.getStateStore(STORE));
        var ledger = new Ledger(tasks);
        var controls = new Controls(context.getStateStore(Controls.PAUSES), context.getStateStore(Controls.HEARD));
        var repositories = new Repositories(properties.rules(), ledger, controls::over, refusals);
        this.parts = new Parts(tasks, ledger, controls, repositories);
        lastLook = now();
        repositories.restore(tasks.byRepository(), lastLook);
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, _ -> passTime());
        context.schedule(SWEEP, PunctuationType.WALL_CLOCK_TIME, _ -> forgetOld());
    }

    @Override
    public void process(Record<String, SpecificRecord> record) {
        switch (record.value()) {
            case TaskRequest request -> request(record, request);
            case ControlRequest control -> control(record, control);
            case AttemptEvent report -> attempt(record, report);
            case Delivery delivery -> deliver(record, delivery);
            case null, default -> throw new InvalidRecord("dispatch knows no such record");
        }
    }

    private void request(Record<String, SpecificRecord> record, TaskRequest request) {
        RepoId repo = Checked.repository(record.key(), request.getRepo());
        if (isSentHome(record, repo, REQUESTS)) {
            return;
        }
        TaskId task = Checked.of(() -> new TaskId(request.getTaskId()));
        ask(record, request, Checked.lane(request, repo, task), repo);
    }

    private void ask(Record<String, SpecificRecord> record, TaskRequest request, LaneId lane, RepoId repo) {
        TaskId task = new TaskId(request.getTaskId());
        if (parts().tasks().get(task.value()) != null) {
            parts().tasks().known(task.value(), repo);
            LOG.info("task {} was asked for again", task);
            return;
        }
        parts().tasks().put(TaskStates.asked(request, lane, now()));
        apply(record, new Event.Requested(task, lane, TaskStates.terms(request)));
    }

    private void control(Record<String, SpecificRecord> record, ControlRequest request) {
        if (request.getRepo().isEmpty()) {
            controlEverything(record, request);
            return;
        }
        RepoId repo = Checked.repository(record.key(), request.getRepo());
        if (isSentHome(record, repo, CONTROLS) || wasHeard(request)) {
            return;
        }
        switch (request.getControl()) {
            case Cancel cancel ->
                meant().by(cancel, repo)
                        .forEach(task -> apply(record, new Event.Cancelled(task, Said.of(request.getRequestedBy()))));
            case Retry retry -> {
                TaskState ended = parts().ledger().state(meant().by(retry, repo));
                ask(record, Controls.again(ended, request), new LaneId(ended.getLane()), repo);
            }
            case Approve _ -> throw new InvalidRecord("no task waits for an approval");
            case null, default -> apply(record, parts().controls().keep(Scope.REPOSITORY, request));
        }
        parts().controls().heard(request, now());
    }

    /** Each partition keeps the pause of everything for itself; so the one that hears of it tells all. */
    private void controlEverything(Record<String, SpecificRecord> record, ControlRequest request) {
        if (!Controls.isToKeep(request)) {
            throw new InvalidRecord("repo may be empty only to pause or resume everything");
        }
        if (!Home.wasSpread(record.headers())) {
            context().forward(record.withHeaders(Home.spread(record.headers())), EVERYWHERE);
            return;
        }
        if (wasHeard(request)) {
            return;
        }
        Event event = parts().controls().keep(Scope.EVERYTHING, request);
        parts().repositories().applyToAll(event, request, now(), outgoing(record.headers()));
        parts().controls().heard(request, now());
    }

    private Meant meant() {
        return new Meant(parts().tasks());
    }

    private boolean wasHeard(ControlRequest request) {
        boolean heard = parts().controls().wasHeard(request);
        if (heard) {
            LOG.info("control {} was asked for again", request.getControlId());
        }
        return heard;
    }

    /** Whether the record was put into another partition than its repository's, and is on its way there now. */
    private boolean isSentHome(Record<String, SpecificRecord> record, RepoId repo, String sink) {
        if (home.isAt(context().taskId().partition(), record.key())) {
            return false;
        }
        if (Home.wasMoved(record.headers())) {
            throw new InvalidRecord("the record was moved, and still is not in the partition of " + repo);
        }
        LOG.info("a record of {} was put into another partition than its repository's, and is moved", repo);
        context().forward(record.withHeaders(Home.moved(record.headers())), sink);
        return true;
    }

    private void attempt(Record<String, SpecificRecord> record, AttemptEvent report) {
        RepoId repo = Checked.repository(record.key(), report.getRepo());
        TaskId task = parts().tasks().known(report.getTaskId(), repo);
        Event event = Reports.event(task, report);
        TaskState before = parts().ledger().state(task);
        apply(record, event);
        if (event instanceof Event.Claimed && before.equals(parts().ledger().state(task))) {
            // Whoever claims waits for the answer, and does not hear what was said before.
            outgoing(record.headers()).state(before);
        }
    }

    private void deliver(Record<String, SpecificRecord> record, Delivery delivery) {
        RepoId repo = Checked.repository(record.key(), delivery.getRepo());
        TaskId task = parts().tasks().known(delivery.getTaskId(), repo);
        apply(record, new Event.Delivered(task));
    }

    private void passTime() {
        Duration since = Duration.between(lastLook, now());
        lastLook = now();
        Event event = since.compareTo(STANDSTILL) > 0 ? new Event.HeldUp(since.minus(TICK)) : new Event.TimePassed();
        parts().repositories().applyToAll(event, null, now(), outgoing(new RecordHeaders()));
    }

    private void apply(Record<String, SpecificRecord> record, Event event) {
        parts().repositories().apply(record.key(), event, record.value(), now(), outgoing(record.headers()));
    }

    private void forgetOld() {
        Instant before = now().minus(properties.keepEnded());
        parts().tasks().forget(before).forEach(outgoing(new RecordHeaders())::forgotten);
        parts().controls().forget(before);
    }

    private Outgoing outgoing(Headers cause) {
        return new Outgoing(context(), cause, now());
    }

    private Instant now() {
        return Instant.ofEpochMilli(context().currentSystemTimeMs());
    }

    private ProcessorContext<String, SpecificRecord> context() {
        return Objects.requireNonNull(context, "init comes first");
    }

    private Parts parts() {
        return Objects.requireNonNull(parts, "init comes first");
    }
}
