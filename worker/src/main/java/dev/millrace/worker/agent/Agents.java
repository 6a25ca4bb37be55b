package dev.millrace.worker.agent;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The agents of this worker, by name. Thread-safe. */
public final class Agents {
    private final SortedMap<String, Agent> agents;
    private final Agent fallback;

    /**
     * @param fallback name of the agent that works where none is named
     * @throws UnknownAgent if there is no such agent
     */
    public Agents(Map<String, Agent> agents, String fallback) {
        this.agents = new TreeMap<>(agents);
        this.fallback = known(fallback);
    }

    /**
     * The agent of that name.
     *
     * @param name empty for the default
     * @throws UnknownAgent if there is no such agent; the message names those that there are
     */
    public Agent named(String name) {
        return name.isEmpty() ? fallback : known(name);
    }

    /** All names, sorted. */
    public List<String> names() {
        return List.copyOf(agents.keySet());
    }

    private Agent known(String name) {
        Agent agent = agents.get(name);
        if (agent == null) {
            throw new UnknownAgent(name, agents.keySet());
        }
        return agent;
    }
}
