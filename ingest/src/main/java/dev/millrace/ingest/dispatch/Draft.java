package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.TaskId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.SequencedMap;

/** A decision in the making. What has moved in the end is found by comparing, so that no rule can forget to tell. */
final class Draft {
    private final RepositoryState before;
    private final List<Effect> effects = new ArrayList<>();
    private final Map<Pause.Scope, Pause> pauses = new EnumMap<>(Pause.Scope.class);
    private SequencedMap<TaskId, Task> tasks;
    private Spending spending;
    private boolean copied;

    Draft(RepositoryState before) {
        this.before = before;
        this.tasks = before.tasks();
        this.spending = before.spending();
        pauses.putAll(before.pauses());
    }

    Optional<Task> task(TaskId id) {
        return Optional.ofNullable(tasks.get(id));
    }

    /** In the order they were asked for. Whoever goes through them may put them back changed, one by one. */
    SequencedCollection<Task> tasks() {
        return tasks.sequencedValues();
    }

    long nextPosition() {
        return tasks.isEmpty() ? 1 : tasks.lastEntry().getValue().position() + 1;
    }

    Map<Pause.Scope, Pause> pauses() {
        return pauses;
    }

    Spending spending() {
        return spending;
    }

    void put(Task task) {
        ours().put(task.id(), task);
    }

    void remove(Task task) {
        ours().remove(task.id());
    }

    /** The attempt is over, and what it cost was spent. */
    Task after(Task task, Past attempt) {
        spending = spending.plus(attempt.day(), task.terms().user(), attempt.costMicros());
        return task.after(attempt);
    }

    void effect(Effect effect) {
        effects.add(effect);
    }

    /** Gives the task an outcome that no attempt gave it. */
    void conclude(Task task, Effect.Ending ending, String reason) {
        int offered = switch (task.stage()) {
            case Stage.Waiting(var next, var _) -> next.value() - 1;
            case Stage.Offered(var attempt, var _, var _) -> attempt.value();
            case Stage.Running running -> running.attempt().value();
            case Stage.Delivering(var attempt) -> attempt;
        };
        effect(new Effect.Conclude(task, ending, reason));
        put(task.at(new Stage.Delivering(offered)));
    }

    Decision decided() {
        for (Task task : tasks.values()) {
            Task then = before.tasks().get(task.id());
            if (then == null || !task.isToldAs(then)) {
                effects.add(new Effect.Moved(task));
            }
        }
        return new Decision(new RepositoryState(tasks, pauses, spending), effects);
    }

    /** The tasks of the state before are nobody's to change. */
    private SequencedMap<TaskId, Task> ours() {
        if (!copied) {
            tasks = new LinkedHashMap<>(tasks);
            copied = true;
        }
        return tasks;
    }
}
