package dev.millrace.worker.agent.described;

import dev.millrace.worker.agent.Agent;
import dev.millrace.worker.agent.MoreAgents;
import dev.millrace.worker.model.gateway.Gateways;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

/** All agents that are told by a file. */
public final class DescribedAgents implements MoreAgents {
    private final Map<String, Agent> agents = new TreeMap<>();

    /**
     * @param directory with the operator's descriptions; empty for none
     * @param images that agents need where a task names none, by agent
     * @throws DescriptionRefused if a description cannot be used; the message names file, line and reason
     */
    public DescribedAgents(String directory, Map<String, String> images, Gateways gateways, InstantSource clock) {
        Descriptions.all(directory).forEach((name, description) -> {
            agents.put(name, new DescribedAgent(description, images.getOrDefault(name, ""), gateways, clock));
        });
    }

    @Override
    public Map<String, Agent> agents() {
        return Map.copyOf(agents);
    }
}
