package dev.millrace.worker.attempt;

import dev.millrace.worker.agent.AgentLimits;
import java.util.List;

/**
 * What the operator allows, and what counts where neither task nor repository says otherwise.
 *
 * @param agent the most that an agent may use
 * @param script commands of the script agent for tasks that bring none
 * @param models that repositories may choose
 */
public record Allowed(AgentLimits agent, List<String> script, List<String> models, AttemptProperties attempt) {
    public Allowed {
        script = List.copyOf(script);
        models = List.copyOf(models);
    }
}
