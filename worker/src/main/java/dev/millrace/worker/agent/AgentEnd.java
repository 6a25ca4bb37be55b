package dev.millrace.worker.agent;

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
}
