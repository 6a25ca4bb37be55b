package dev.millrace.ingest.trigger;

import dev.millrace.schemas.id.TaskId;
import java.util.Optional;

/** What somebody who addressed the bot wants of it. */
sealed interface Command {
    /**
     * A task.
     *
     * @param plan whether it is only to be proposed what would be done
     * @param text in free words; empty where the issue speaks for itself
     */
    record Work(Options options, boolean plan, String text) implements Command {}

    /** The plan that was proposed last is to be carried out. */
    record Approve(Options options) implements Command {}

    /** Of one task, or of all that have not ended here. */
    record Cancel(Optional<TaskId> task) implements Command {}

    /** Of one task, or of the newest here. */
    record Retry(Optional<TaskId> task) implements Command {}

    record Status() implements Command {}

    record Help() implements Command {}

    /**
     * Looks like a command, but is none.
     *
     * @param why for the person
     */
    record Unknown(String why) implements Command {}

    /**
     * How a task is to be done.
     *
     * @param agent empty for the usual one
     * @param model empty for the usual one
     * @param budgetMicros millionths of a US dollar
     */
    record Options(String agent, String model, Optional<Long> budgetMicros) {
        static final Options NONE = new Options("", "", Optional.empty());
    }
}
