package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.TaskId;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * All tasks of one repository that have not ended, in the order they were asked for, what holds them up, and what was
 * spent today. Immutable; can be rebuilt from the newest {@code TaskState}s and the pauses in force.
 */
final class RepositoryState {
    static final RepositoryState EMPTY = new RepositoryState(new LinkedHashMap<>(), Map.of(), Spending.NONE);

    private final SequencedMap<TaskId, Task> tasks;
    private final Map<Pause.Scope, Pause> pauses;
    private final Spending spending;

    /** The tasks come in the order of their positions, and nobody changes them any more. */
    RepositoryState(SequencedMap<TaskId, Task> tasks, Map<Pause.Scope, Pause> pauses, Spending spending) {
        this.tasks = Collections.unmodifiableSequencedMap(tasks);
        this.pauses = Map.copyOf(pauses);
        this.spending = spending;
    }

    /** Whatever the order of the tasks, their positions count. */
    static RepositoryState of(Collection<Task> tasks, Map<Pause.Scope, Pause> pauses, Spending spending) {
        var inOrder = new LinkedHashMap<TaskId, Task>();
        tasks.stream().sorted(Comparator.comparingLong(Task::position)).forEach(task -> inOrder.put(task.id(), task));
        return new RepositoryState(inOrder, pauses, spending);
    }

    Optional<Task> task(TaskId id) {
        return Optional.ofNullable(tasks.get(id));
    }

    /** In the order they were asked for. */
    SequencedMap<TaskId, Task> tasks() {
        return tasks;
    }

    Map<Pause.Scope, Pause> pauses() {
        return pauses;
    }

    Spending spending() {
        return spending;
    }

    /** Whether nothing is lost if it is made anew: pauses are kept elsewhere. */
    boolean isBlank(LocalDate today) {
        return tasks.isEmpty() && spending.on(today).isEmpty();
    }
}
