package dev.millrace.ingest.trigger;

import dev.millrace.ingest.trigger.Triggers.Forge.Note;
import dev.millrace.schemas.avro.Cancel;
import dev.millrace.schemas.avro.ControlRequest;
import dev.millrace.schemas.avro.Remark;
import dev.millrace.schemas.avro.Retry;
import dev.millrace.schemas.id.TaskId;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What follows from a command other than a task in free words. */
final class Replies {
    private static final int MOST_NOTES = 5;
    private static final int MOST_LINE = 300;

    private final Triggers.Forge forge;
    private final TaskWriter tasks;
    private final String label;
    private final InstantSource clock;

    Replies(Triggers.Forge forge, TaskWriter tasks, String label, InstantSource clock) {
        this.forge = forge;
        this.tasks = tasks;
        this.label = label;
        this.clock = clock;
    }

    Ruling approved(Command.Approve approve, Wish wish, TaskId id, Start start, List<Remark> before) {
        var notes = notes(wish);
        if (notes.isEmpty()) {
            return said(
                    wish,
                    id,
                    "nothing to approve",
                    "There is no plan of mine here that could be approved. Say `plan`," + " and I propose one.");
        }
        return tasks.write(wish, id, approve, notes.getLast().text(), start, before);
    }

    Ruling cancelled(Command.Cancel cancel, Wish wish, TaskId id) {
        return wanted(
                wish,
                id,
                new Cancel(name(cancel.task()), number(cancel.task(), wish)),
                "cancel " + cancel.task().map(TaskId::value).orElse("all"));
    }

    Ruling retried(Command.Retry retry, Wish wish, TaskId id) {
        return wanted(
                wish,
                id,
                new Retry(name(retry.task()), number(retry.task(), wish)),
                "retry " + retry.task().map(TaskId::value).orElse("the newest"));
    }

    Ruling status(Wish wish, TaskId id) {
        var notes = notes(wish);
        String text = notes.isEmpty()
                ? "I have no task here."
                : "This is what I have here, the newest last:\n\n"
                        + notes.stream()
                                .skip(Math.max(0, notes.size() - MOST_NOTES))
                                .map(Replies::line)
                                .collect(Collectors.joining("\n"));
        return said(wish, id, "status", text);
    }

    Ruling help(Wish wish, TaskId id) {
        return said(wish, id, "help", commands());
    }

    Ruling unknown(Command.Unknown unknown, Wish wish, TaskId id) {
        return said(wish, id, "not understood", unknown.why() + " Nothing was started.\n\n" + commands());
    }

    private String commands() {
        String bot = forge.bot();
        return """
                Mention me (`@%1$s`) and say in your own words what is to be done; the label `%2$s`, assigning me or asking \
                for my review does it, too. Or say one of these, and nothing else:

                | | |
                |---|---|
                | `@%1$s plan …` | I only propose what I would do |
                | `@%1$s approve` | I carry out the plan that I proposed last |
                | `@%1$s status` | I say where my tasks here stand |
                | `@%1$s cancel` | I stop what I do here |
                | `@%1$s retry` | I try the last task again |

                Options: `--agent NAME`, `--model NAME`, `--budget DOLLARS`, at the beginning or the end of the line.\
                """.formatted(bot, label);
    }

    private List<Note> notes(Wish wish) {
        return forge.notes(wish.issue().repo(), wish.issue().number());
    }

    /** The first paragraph says where the task stands. */
    private static String line(Note note) {
        String first =
                note.text().split("\\n\\s*\\n", 2)[0].replaceAll("\\s+", " ").strip();
        String shown = first.length() > MOST_LINE ? first.substring(0, MOST_LINE) + "…" : first;
        return "- `%s`: %s".formatted(note.task(), shown);
    }

    private Ruling wanted(Wish wish, TaskId id, Object control, String what) {
        var request = ControlRequest.newBuilder()
                .setControlId(id.value())
                .setRepo(wish.issue().repo().toString())
                .setRequestedBy(wish.sender())
                .setRequestedAt(clock.instant())
                .setControl(control)
                .build();
        return new Ruling.Wanted(id, request, what, TaskWriter.place(wish));
    }

    private static Ruling said(Wish wish, TaskId id, String what, String text) {
        return new Ruling.Answered(id, what, TaskWriter.place(wish), new Ruling.Answer(id, text));
    }

    private static String name(Optional<TaskId> task) {
        return task.map(TaskId::value).orElse("");
    }

    private static long number(Optional<TaskId> task, Wish wish) {
        return task.isPresent() ? 0 : wish.issue().number();
    }
}
