package dev.millrace.standalone.agents;

import dev.millrace.standalone.agents.AgentState.Missing;
import dev.millrace.standalone.agents.AgentState.NoImage;
import dev.millrace.standalone.agents.AgentState.NoModel;
import dev.millrace.worker.agent.Agent;
import dev.millrace.worker.agent.Agents;
import dev.millrace.worker.agent.UnknownAgent;
import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.model.upstream.Upstreams;
import dev.millrace.worker.sandbox.docker.EngineImages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** Looks at the agents of a configuration, without starting any of them. */
public final class AgentSurvey {
    private final Agents agents;
    private final Upstreams upstreams;
    private final Images images;
    private final Map<String, String> built;

    /** All that a survey needs to know of the Docker engine. */
    interface Images {
        /** What an image takes, in bytes; empty if it is not there. */
        OptionalLong size(String image);
    }

    /** @param built images that {@code ./millrace images} builds, by agent */
    AgentSurvey(Agents agents, Upstreams upstreams, Images images, Map<String, String> built) {
        this.agents = agents;
        this.upstreams = upstreams;
        this.images = images;
        this.built = Map.copyOf(built);
    }

    /**
     * All agents that a worker with these settings has, by name.
     *
     * @param settings properties of the worker; the environment's and the arguments' win over them
     * @param built images that {@code ./millrace images} builds, by agent
     * @throws RuntimeException if the settings make no worker; the message names the remedy
     */
    public static List<AgentState> take(
            EngineImages engine, Map<String, Object> settings, Map<String, String> built, String... arguments) {
        var application = new SpringApplicationBuilder(AgentParts.class)
                .web(WebApplicationType.NONE)
                .bannerMode(org.springframework.boot.Banner.Mode.OFF)
                .properties(settings)
                .registerShutdownHook(false);
        try (var context = application.run(arguments)) {
            return new AgentSurvey(context.getBean(Agents.class), context.getBean(Upstreams.class), engine::size, built)
                    .all();
        }
    }

    List<AgentState> all() {
        return agents.names().stream().map(this::of).toList();
    }

    /** @throws UnknownAgent if there is no such agent */
    AgentState of(String name) {
        Agent agent = agents.named(name);
        var profile = agent.profile();
        var missing = new ArrayList<Missing>();
        OptionalLong size = agent.image().isEmpty() ? OptionalLong.empty() : images.size(agent.image());
        if (!agent.image().isEmpty() && size.isEmpty()) {
            missing.add(new NoImage(agent.image(), comeBy(name, agent.image())));
        }
        profile.speaks()
                .filter(protocol -> upstreams.all().stream()
                        .noneMatch(upstream -> upstream.protocols().contains(protocol)))
                .map(AgentSurvey::noModel)
                .ifPresent(missing::add);
        return new AgentState(name, profile, agent.image(), size, missing);
    }

    private String comeBy(String name, String image) {
        return image.equals(built.get(name)) ? "./millrace images " + name : "docker pull " + image;
    }

    private static NoModel noModel(Protocol protocol) {
        return new NoModel(
                protocol.word(),
                switch (protocol) {
                    case CHAT -> "LLM_BASE_URL, LLM_MODEL and LLM_API_KEY";
                    case RESPONSES, MESSAGES ->
                        "millrace.worker.model.upstreams[0].base-url and .protocols=" + protocol.word();
                });
    }
}
