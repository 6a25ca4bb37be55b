package dev.millrace.worker.agent.described;

import java.util.Optional;

/**
 * How an agent's record becomes a step, or half of one.
 *
 * @param each where in the record a list is whose elements count one by one
 * @param call what the answer to this will name; the step waits for it
 * @param answer the call that this answers; only {@code output} and {@code exit} are then of use
 */
record StepRule(
        Optional<JsonPath> each,
        Condition when,
        Shown shown,
        Template action,
        Template output,
        Template exit,
        Optional<Template> call,
        Optional<Template> answer) {

    /** What the step is. */
    enum Shown {
        COMMAND,
        MESSAGE,
        /** Only the answer to a call. */
        ANSWER
    }
}
