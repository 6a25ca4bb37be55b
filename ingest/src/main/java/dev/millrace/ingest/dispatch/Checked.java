package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Refuses records that break a rule; what ids refuse at birth is refused so too. */
final class Checked {
    private static final int LONGEST_NAME = 200;

    private Checked() {}

    static <T> T of(Supplier<T> id) {
        try {
            return id.get();
        } catch (IllegalArgumentException nonsense) {
            throw new InvalidRecord(String.valueOf(nonsense.getMessage()), nonsense);
        }
    }

    /** The repository that a record is about; its key decides who handles it, so it must be the right one. */
    static RepoId repository(@Nullable String key, String name) {
        RepoId repo = of(() -> RepoId.parse(name));
        if (!repo.key().equals(key)) {
            throw new InvalidRecord("the key of a record about %s must be '%s'".formatted(repo, repo.key()));
        }
        return repo;
    }

    /** The lane of a task that is asked for, if it may be. */
    static LaneId lane(TaskRequest request, RepoId repo, TaskId task) {
        name("requestedBy", request.getRequestedBy());
        if (!request.getModel().isEmpty()) {
            name("model", request.getModel());
        }
        if (request.getPriority() < 0) {
            throw new InvalidRecord("priority must be 0 or more, not " + request.getPriority());
        }
        return of(() -> LaneId.of(repo, request.getNumber(), task));
    }

    /** What tells one from another, and is told to people. */
    static String name(String field, String value) {
        if (value.isBlank() || value.length() > LONGEST_NAME) {
            throw new InvalidRecord(
                    "%s must have 1 to %d characters, not %d".formatted(field, LONGEST_NAME, value.length()));
        }
        return value;
    }

    /** A number within limits. */
    static int within(String field, int value, int most) {
        if (value < 0 || value > most) {
            throw new InvalidRecord("%s must be 0 to %d, not %d".formatted(field, most, value));
        }
        return value;
    }
}
