package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The newest state of every task of a partition's repositories, ended ones included. */
final class TaskStore implements Ledger.Store {
    private final KeyValueStore<String, TaskState> states;

    TaskStore(KeyValueStore<String, TaskState> states) {
        this.states = states;
    }

    @Override
    public @Nullable TaskState get(String task) {
        return states.get(task);
    }

    @Override
    public void put(TaskState state) {
        states.put(state.getTaskId(), state);
    }

    /** A task that somebody has asked for in that repository. */
    TaskId known(String id, RepoId repo) {
        TaskId task = Checked.of(() -> new TaskId(id));
        TaskState state = get(task.value());
        if (state == null) {
            throw new InvalidRecord("task %s is not known".formatted(task));
        }
        if (!RepoId.parse(state.getRepo()).key().equals(repo.key())) {
            throw new InvalidRecord("task %s is not of %s".formatted(task, repo));
        }
        return task;
    }

    /** All that are known of a lane, in the order they were asked for. */
    List<TaskState> of(LaneId lane) {
        List<TaskState> found = new ArrayList<>();
        try (var all = states.all()) {
            all.forEachRemaining(entry -> {
                if (entry.value.getLane().equals(lane.value())) {
                    found.add(entry.value);
                }
            });
        }
        found.sort(Comparator.comparing(TaskState::getQueuedAt).thenComparingLong(TaskState::getPosition));
        return found;
    }

    Map<String, List<TaskState>> byRepository() {
        Map<String, List<TaskState>> byRepository = new HashMap<>();
        try (var all = states.all()) {
            all.forEachRemaining(entry -> byRepository
                    .computeIfAbsent(RepoId.parse(entry.value.getRepo()).key(), _ -> new ArrayList<>())
                    .add(entry.value));
        }
        return byRepository;
    }

    /** Drops the tasks that ended before the moment, and tells which they were. */
    List<String> forget(Instant before) {
        List<String> old = new ArrayList<>();
        try (var all = states.all()) {
            all.forEachRemaining(entry -> {
                if (entry.value.getPhase() == Phase.DONE
                        && entry.value.getSince().isBefore(before)) {
                    old.add(entry.key);
                }
            });
        }
        old.forEach(states::delete);
        return old;
    }
}
