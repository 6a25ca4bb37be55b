package dev.millrace.worker.agent;

import dev.millrace.worker.model.gateway.Gateways;
import dev.millrace.worker.model.upstream.Protocol;
import java.time.InstantSource;
import java.util.List;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The agents of a worker; needs {@link Gateways} and an {@link InstantSource}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AgentProperties.class)
public class AgentWiring {
    private static final Logger LOG = LoggerFactory.getLogger(AgentWiring.class);
    private static final String BUILT_IN = "builtin";

    @Bean
    Agents agents(AgentProperties properties, Gateways gateways, InstantSource clock, List<MoreAgents> more) {
        if (properties.fallback().equals(BUILT_IN) && !gateways.hasDefault(Protocol.CHAT)) {
            LOG.warn(
                    "The agent '{}' has no model: tasks that name none will fail. Set LLM_BASE_URL and LLM_MODEL, or"
                            + " give an endpoint of millrace.worker.model.upstreams with the protocol chat models=*=NAME",
                    BUILT_IN);
        }
        var agents = new TreeMap<String, Agent>();
        more.forEach(source -> agents.putAll(source.agents()));
        agents.put("script", new ScriptAgent(clock));
        agents.put(
                BUILT_IN,
                new BuiltInAgent(gateways, SystemPrompt.read(properties.systemPrompt()), properties.context(), clock));
        return new Agents(agents, properties.fallback());
    }
}
