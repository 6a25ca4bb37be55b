package dev.millrace.ingest.trigger;

/**
 * Something that looks like a task, before anybody was asked whether it may be one.
 *
 * @param said the comment's words to the bot; empty where the issue speaks for itself
 */
record Wish(ForgeEvent.Issue issue, String sender, Cause cause, String said) {

    /** What made it a wish; what of it identifies the task is told at {@link Identity}. */
    sealed interface Cause {
        /**
         * The label.
         *
         * @param alsoMentioned whether the issue was opened with a mention as well, which counts without the label
         */
        record Label(boolean alsoMentioned) implements Cause {}

        /** A mention in the text that the issue was opened with. */
        record Opening() implements Cause {}

        /** A mention in a comment. */
        record Comment(long id) implements Cause {}
    }
}
