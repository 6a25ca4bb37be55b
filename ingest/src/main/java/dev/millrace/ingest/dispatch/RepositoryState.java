package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.TaskId;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All tasks of one repository that have not ended. Immutable; can be rebuilt from their newest {@code TaskState}s. */
final class RepositoryState {
    static final RepositoryState EMPTY = new RepositoryState(Map.of());

    private final Map<TaskId, Task> tasks;

    private RepositoryState(Map<TaskId, Task> tasks) {
        this.tasks = tasks;
    }

    Optional<Task> task(TaskId id) {
        return Optional.ofNullable(tasks.get(id));
    }

    Collection<Task> tasks() {
        return tasks.values();
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    RepositoryState with(Task task) {
        var copy = new LinkedHashMap<>(tasks);
        copy.put(task.id(), task);
        return new RepositoryState(Collections.unmodifiableMap(copy));
    }

    RepositoryState without(TaskId id) {
        var copy = new LinkedHashMap<>(tasks);
        copy.remove(id);
        return new RepositoryState(Collections.unmodifiableMap(copy));
    }

    /** The task that keeps the lane's other ones waiting. */
    Optional<Task> holder(LaneId lane) {
        return inLane(lane).filter(Task::holdsLane).findFirst();
    }

    /** The task whose turn it is once nobody holds the lane. */
    Optional<Task> first(LaneId lane) {
        return inLane(lane).min(Comparator.comparingLong(Task::position));
    }

    long nextPosition() {
        return 1 + tasks.values().stream().mapToLong(Task::position).max().orElse(0);
    }

    private Stream<Task> inLane(LaneId lane) {
        return tasks.values().stream().filter(task -> task.lane().equals(lane));
    }
}
