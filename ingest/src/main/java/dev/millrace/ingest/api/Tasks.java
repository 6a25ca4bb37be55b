package dev.millrace.ingest.api;

import dev.millrace.ingest.door.Problem;
import dev.millrace.ingest.view.TaskView;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.TaskId;
import org.springframework.http.HttpStatus;

/** The tasks that callers name. Thread-safe. */
final class Tasks {
    private final TaskView view;

    Tasks(TaskView view) {
        this.view = view;
    }

    /**
     * The view, once it can be answered from.
     *
     * @throws Problem 503 before
     */
    TaskView view() {
        if (!view.isComplete()) {
            throw Problem.later("the states of tasks are still being read; ask again");
        }
        return view;
    }

    /**
     * The task of that id.
     *
     * @throws Problem 404 if dispatch has told of no such task, 400 if it is no id at all
     */
    TaskState known(String id) {
        return view().task(parsed(id))
                .orElseThrow(() -> Problem.of(
                        HttpStatus.NOT_FOUND,
                        "task %s is not known: never asked for, not taken in yet, or ended long ago".formatted(id)));
    }

    private static TaskId parsed(String id) {
        try {
            return new TaskId(id);
        } catch (IllegalArgumentException nonsense) {
            throw Problem.of(HttpStatus.BAD_REQUEST, String.valueOf(nonsense.getMessage()));
        }
    }
}
