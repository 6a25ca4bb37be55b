package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.avro.Cancel;
import dev.millrace.schemas.avro.Retry;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import java.util.List;

/** Which tasks somebody means who names one, or an issue. */
record Meant(TaskStore tasks) {

    /**
     * The tasks to cancel, the newest first, so that none has its turn in between.
     *
     * @throws InvalidRecord if there are none
     */
    List<TaskId> by(Cancel cancel, RepoId repo) {
        if (!namesAnIssue(cancel.getTaskId(), cancel.getNumber())) {
            return List.of(tasks.known(cancel.getTaskId(), repo));
        }
        List<TaskId> open = lane(repo, cancel.getNumber()).reversed().stream()
                .filter(task -> task.getOutcome() == null)
                .map(task -> new TaskId(task.getTaskId()))
                .toList();
        if (open.isEmpty()) {
            throw new InvalidRecord("all tasks of %s#%d have ended already".formatted(repo, cancel.getNumber()));
        }
        return open;
    }

    /**
     * The task to try again.
     *
     * @throws InvalidRecord if there is none
     */
    TaskId by(Retry retry, RepoId repo) {
        return namesAnIssue(retry.getTaskId(), retry.getNumber())
                ? new TaskId(lane(repo, retry.getNumber()).getLast().getTaskId())
                : tasks.known(retry.getTaskId(), repo);
    }

    private static boolean namesAnIssue(String task, long number) {
        if (number != 0 && !task.isEmpty()) {
            throw new InvalidRecord(
                    "name a task or the number of an issue, not both: %s and %d".formatted(Said.of(task), number));
        }
        return number != 0;
    }

    private List<TaskState> lane(RepoId repo, long number) {
        // Of an issue, so that the task does not matter.
        LaneId lane = Checked.of(() -> LaneId.of(repo, number, new TaskId("0".repeat(8))));
        List<TaskState> known = tasks.of(lane);
        if (known.isEmpty()) {
            throw new InvalidRecord("no task of %s#%d is known".formatted(repo, number));
        }
        return known;
    }
}
