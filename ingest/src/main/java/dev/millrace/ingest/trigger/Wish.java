package dev.millrace.ingest.trigger;

import java.util.Optional;

/**
 * Something that looks like a task, before anybody was asked whether it may be one.
 *
 * @param said the words to the bot, as far as the event tells them; empty where the issue speaks for itself
 */
record Wish(ForgeEvent.Issue issue, String sender, Cause cause, String said) {

    /** What made it a wish; what of it identifies the task is told at {@link Identity}. */
    sealed interface Cause {
        /** The label, which has to be there still. */
        record Label() implements Cause {}

        /** The bot is among the assignees, where it has to be still. */
        record Assignment() implements Cause {}

        /** A mention in the text that the issue or pull request was opened with. */
        record Opening() implements Cause {}

        /** A mention in a comment. */
        record Comment(long id) implements Cause {}

        /**
         * A review that may mention the bot, in its text or in a comment on lines.
         *
         * @param id empty where it has to be found
         */
        record Review(Optional<Long> id) implements Cause {}

        /** The bot's review is asked for. */
        record ReviewRequest() implements Cause {}
    }
}
