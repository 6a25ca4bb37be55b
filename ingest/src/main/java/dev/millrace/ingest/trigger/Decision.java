package dev.millrace.ingest.trigger;

/** What the event alone says. */
sealed interface Decision {
    /** The forge has to be asked. */
    record Trigger(Wish wish) implements Decision {}

    /**
     * Not a task, whatever the forge says.
     *
     * @param reason for the log
     */
    record Ignored(String reason) implements Decision {}
}
