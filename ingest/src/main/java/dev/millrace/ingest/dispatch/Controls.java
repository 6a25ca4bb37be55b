package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.avro.ControlRequest;
import dev.millrace.schemas.avro.Resume;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.RepoId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueStore;

/** What lasts of what people wanted: the pauses in force in this partition, and which wishes were heard. */
final class Controls {
    static final String PAUSES = "pauses";
    static final String HEARD = "controls-heard";

    /** Where the pause of everything is kept; no repository is called so. */
    private static final String EVERYTHING = "";

    private final KeyValueStore<String, ControlRequest> pauses;
    private final KeyValueStore<String, Long> heard;

    Controls(KeyValueStore<String, ControlRequest> pauses, KeyValueStore<String, Long> heard) {
        this.pauses = pauses;
        this.heard = heard;
    }

    /** The same wish may come again, even after a later one took it back. */
    boolean wasHeard(ControlRequest request) {
        return heard.get(Checked.name("controlId", request.getControlId())) != null;
    }

    void heard(ControlRequest request, Instant now) {
        heard.put(request.getControlId(), now.toEpochMilli());
    }

    /** Whether the request lasts: a pause, or the end of one. */
    static boolean isToKeep(ControlRequest request) {
        return request.getControl() instanceof dev.millrace.schemas.avro.Pause
                || request.getControl() instanceof Resume;
    }

    /** Keeps a pause, or drops the one that is taken back; returns what to decide on. */
    Event keep(Pause.Scope scope, ControlRequest request) {
        String key = switch (scope) {
            case EVERYTHING -> EVERYTHING;
            case REPOSITORY -> RepoId.parse(request.getRepo()).key();
        };
        return switch (request.getControl()) {
            case dev.millrace.schemas.avro.Pause _ -> {
                pauses.put(key, request);
                yield new Event.Paused(scope, pause(request));
            }
            case Resume _ -> {
                pauses.delete(key);
                yield new Event.Resumed(scope);
            }
            case null, default -> throw new InvalidRecord("dispatch knows no such control");
        };
    }

    /** The pauses in force for a repository. */
    Map<Pause.Scope, Pause> over(String repository) {
        Map<Pause.Scope, Pause> over = new EnumMap<>(Pause.Scope.class);
        ControlRequest everything = pauses.get(EVERYTHING);
        if (everything != null) {
            over.put(Pause.Scope.EVERYTHING, pause(everything));
        }
        ControlRequest own = pauses.get(repository);
        if (own != null) {
            over.put(Pause.Scope.REPOSITORY, pause(own));
        }
        return over;
    }

    /**
     * The task that tries an ended one again.
     *
     * @throws InvalidRecord if that has not ended
     */
    static TaskRequest again(TaskState ended, ControlRequest request) {
        if (ended.getOutcome() == null) {
            throw new InvalidRecord("task %s has not ended; cancel it first, or wait".formatted(ended.getTaskId()));
        }
        return TaskRequest.newBuilder(ended.getTask())
                .setTaskId(dev.millrace.ingest.control.Controls.retriedAs(request.getControlId())
                        .value())
                .setPredecessor(ended.getTaskId())
                .setRequestedBy(Checked.name("requestedBy", request.getRequestedBy()))
                .setRequestedAt(request.getRequestedAt())
                .setDeadline(null)
                .build();
    }

    /** Forgets which wishes were heard before the moment. */
    void forget(Instant before) {
        List<String> old = new ArrayList<>();
        try (var all = heard.all()) {
            all.forEachRemaining(entry -> {
                if (entry.value < before.toEpochMilli()) {
                    old.add(entry.key);
                }
            });
        }
        old.forEach(heard::delete);
    }

    private static Pause pause(ControlRequest request) {
        String reason = request.getControl() instanceof dev.millrace.schemas.avro.Pause pause ? pause.getReason() : "";
        return new Pause(Said.of(request.getRequestedBy()), Said.of(reason));
    }
}
