package dev.millrace.worker.agent;

import dev.millrace.worker.model.ModelUsage;

/** How an agent's work ended: its own doing, whatever it is. */
public sealed interface AgentEnd {
    /** What the agent used of models. */
    ModelUsage usage();

    /**
     * The agent says that it is done.
     *
     * @param summary what it says it did; may be empty
     */
    record Done(String summary, ModelUsage usage) implements AgentEnd {}

    /** The agent could not do it. */
    record GaveUp(String reason, ModelUsage usage) implements AgentEnd {}

    /** The time for the whole work ran out. */
    record OutOfTime(String reason, ModelUsage usage) implements AgentEnd {}

    /** The steps or tokens that it may use ran out. */
    record OutOfBudget(String reason, ModelUsage usage) implements AgentEnd {}
}
