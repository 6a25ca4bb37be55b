package dev.millrace.standalone.cli;

import dev.millrace.standalone.agents.AgentState;
import dev.millrace.standalone.agents.AgentState.Missing;
import dev.millrace.standalone.agents.AgentSurvey;
import dev.millrace.worker.sandbox.docker.EngineImages;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** The agents that people can name to a command, as they stand on this machine. */
final class Cast {
    private static final Duration ENGINE = Duration.ofSeconds(20);

    private Cast() {}

    /** All of them, by name. */
    static List<AgentState> all(Surroundings surroundings, Map<String, Object> settings, String... arguments) {
        try (var engine = new EngineImages(ENGINE)) {
            return AgentSurvey.take(engine, settings, surroundings.agentImages(), arguments);
        }
    }

    /**
     * The agent of that name.
     *
     * @throws UserError if there is none
     */
    static AgentState named(Surroundings surroundings, String name, String... arguments) {
        var all = all(surroundings, surroundings.worker(), arguments);
        return all.stream()
                .filter(agent -> agent.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UserError("there is no agent '%s', but: %s"
                        .formatted(name, all.stream().map(AgentState::name).collect(Collectors.joining(", ")))));
    }

    /**
     * The agent of that name, with all that it needs.
     *
     * @throws UserError if there is none, or it lacks something; the message names the remedy
     */
    static AgentState ready(Surroundings surroundings, String name) {
        AgentState agent = named(surroundings, name);
        refuse(agent, agent.missing());
        return agent;
    }

    /**
     * The agent of that name, with all that it needs but perhaps a model.
     *
     * @throws UserError if there is none, or it lacks something else; the message names the remedy
     */
    static AgentState readyButForAModel(Surroundings surroundings, String name, String... arguments) {
        AgentState agent = named(surroundings, name, arguments);
        refuse(
                agent,
                agent.missing().stream()
                        .filter(one -> !(one instanceof AgentState.NoModel))
                        .toList());
        return agent;
    }

    private static void refuse(AgentState agent, List<Missing> missing) {
        if (!missing.isEmpty()) {
            Missing first = missing.getFirst();
            throw new UserError("the agent %s needs %s: %s".formatted(agent.name(), first.what(), first.remedy()));
        }
    }

    /** An image's size as people read it; {@code not built} for one that is not there. */
    static String size(OptionalLong bytes) {
        if (bytes.isEmpty()) {
            return "not built";
        }
        double megabytes = bytes.getAsLong() / 1e6;
        return megabytes < 1000
                ? String.format(Locale.ROOT, "%.0f MB", megabytes)
                : String.format(Locale.ROOT, "%.2f GB", megabytes / 1000);
    }
}
