package dev.millrace.worker.agent.described;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How to know that an agent came to its end, and to which.
 *
 * @param when a record says so
 * @param exit the program's exit code says so, where no record did
 * @param why for people; of {@code DONE}, what it did: the last message if this is empty
 */
record EndRule(Optional<Condition> when, OptionalInt exit, Verdict verdict, Template why) {

    /** How it ended. */
    enum Verdict {
        DONE,
        FAILED,
        LIMIT
    }
}
