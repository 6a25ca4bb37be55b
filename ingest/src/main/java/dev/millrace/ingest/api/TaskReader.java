package dev.millrace.ingest.api;

import dev.millrace.ingest.door.Problem;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TriggerKind;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the JSON of a task and checks every field. Thread-safe. */
final class TaskReader {
    private static final int MOST_TEXT = 64 << 10;
    private static final Pattern BRANCH =
            Pattern.compile("(?!.*(?:\\.\\.|//|/\\.|\\.lock(?:/|$)|[./]$))[A-Za-z0-9_][A-Za-z0-9._/+-]{0,199}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/+@-]{0,199}");
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,200}");

    private static final StrictJson<NewTask> JSON =
            new StrictJson<>(NewTask.class, "a task", "an object with repo and instruction");

    /**
     * The request that the JSON asks for.
     *
     * @throws Problem 400 that names the field and the remedy
     */
    TaskRequest read(byte[] json, String requestedBy, Instant now) {
        NewTask task = JSON.read(json);
        RepoId repo = repo(task);
        var script = Fields.commands("script", task.script(), MOST_TEXT);
        return TaskRequest.newBuilder()
                .setTaskId(id(task, repo).value())
                .setRepo(repo.toString())
                .setNumber(Fields.number("number", task.number(), 1L << 53))
                .setTrigger(TriggerKind.API)
                .setRequestedBy(requestedBy)
                .setRequestedAt(now)
                .setTitle(Fields.text("title", task.title(), 1024))
                .setInstruction(
                        script.isEmpty()
                                ? Fields.required("instruction", task.instruction(), MOST_TEXT)
                                : Fields.text("instruction", task.instruction(), MOST_TEXT))
                .setBaseBranch(Fields.word("baseBranch", task.baseBranch(), BRANCH, "is no name of a branch"))
                .setAgent(name("agent", task.agent()))
                .setModel(name("model", task.model()))
                .setImage(name("image", task.image()))
                .setScript(script)
                .setPriority(Math.toIntExact(Fields.number("priority", task.priority(), 100)))
                .build();
    }

    private static RepoId repo(NewTask task) {
        try {
            return RepoId.parse(Fields.required("repo", task.repo(), 201));
        } catch (IllegalArgumentException nonsense) {
            throw Fields.refused("repo", nonsense.getMessage() + "; send owner/name");
        }
    }

    /** Derived from the caller's key, or the caller's own, or any. */
    private static TaskId id(NewTask task, RepoId repo) {
        String key = Fields.word(
                "idempotencyKey", task.idempotencyKey(), KEY, "must be 1 to 200 printable ASCII characters, no blanks");
        if (task.taskId() == null) {
            return key.isEmpty()
                    ? TaskId.derivedFrom("api", UUID.randomUUID().toString())
                    : TaskId.derivedFrom("api", repo.key(), key);
        }
        if (!key.isEmpty()) {
            throw Fields.refused("taskId", "cannot be sent together with idempotencyKey; leave one out");
        }
        try {
            return new TaskId(task.taskId());
        } catch (IllegalArgumentException nonsense) {
            throw Fields.refused("taskId", String.valueOf(nonsense.getMessage()));
        }
    }

    private static String name(String field, @Nullable String value) {
        return Fields.word(field, value, NAME, "must be 1 to 200 letters, digits and any of . _ : / + @ -");
    }
}
