package dev.millrace.worker.agent;

import dev.millrace.worker.model.ModelUnavailable;
import dev.millrace.worker.model.gateway.Hindrance;
import java.time.Duration;

/** How an agent's work ended: its own doing, whatever it is. */
public sealed interface AgentEnd {
    /**
     * The agent says that it is done.
     *
     * @param summary what it says it did; may be empty
     */
    record Done(String summary) implements AgentEnd {}

    /** The agent could not do it. */
    record GaveUp(String reason) implements AgentEnd {}

    /** The time for the whole work ran out. */
    record OutOfTime(String reason) implements AgentEnd {}

    /** The steps, requests, tokens or money that it may use ran out. */
    record OutOfBudget(String reason) implements AgentEnd {}

    /**
     * No model answers for now, and the agent has not the time to wait for one. No doing of its own: the same work may
     * succeed later.
     *
     * @param tryAfter how long to leave the models alone
     */
    record PutOff(String reason, Duration tryAfter) implements AgentEnd {}

    /** How long to leave models alone that somebody has stopped. */
    Duration WHILE_STOPPED = Duration.ofMinutes(5);

    /**
     * The end of an agent that gets no answers from models any more.
     *
     * @throws ModelUnavailable if that is for an operator to mend
     */
    static AgentEnd hindered(Hindrance hindrance) {
        return switch (hindrance) {
            case Hindrance.OverBudget(String why) -> new OutOfBudget(why);
            case Hindrance.OutOfTime _ -> new OutOfTime("The agent's time ran out while it waited for a model");
            case Hindrance.BackPressure(Duration tryAfter) ->
                new PutOff("The model's endpoint is busy for another %d s".formatted(tryAfter.toSeconds()), tryAfter);
            case Hindrance.Stopped(String why) -> new PutOff("All models are stopped: " + why, WHILE_STOPPED);
            case Hindrance.Unavailable(String why) -> throw new ModelUnavailable(why);
        };
    }
}
