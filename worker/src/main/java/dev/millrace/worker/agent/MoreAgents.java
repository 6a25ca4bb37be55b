package dev.millrace.worker.agent;

import java.util.Map;

/** Agents beside those that are always there. */
public interface MoreAgents {

    /** By name. */
    Map<String, Agent> agents();
}
