package dev.millrace.worker.agent;

import dev.millrace.worker.model.ModelClient;
import dev.millrace.worker.model.ModelProperties;
import java.time.InstantSource;
import java.util.List;
import java.util.TreeMap;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The agents of a worker; needs an {@link InstantSource}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({AgentProperties.class, ModelProperties.class})
public class AgentWiring {

    @Bean
    ModelClient modelClient(ModelProperties properties, InstantSource clock) {
        return new ModelClient(properties, clock);
    }

    @Bean
    Agents agents(AgentProperties properties, ModelClient model, InstantSource clock, List<MoreAgents> more) {
        var agents = new TreeMap<String, Agent>();
        more.forEach(source -> agents.putAll(source.agents()));
        agents.put("script", new ScriptAgent(clock));
        agents.put("builtin", new BuiltInAgent(model, clock));
        return new Agents(agents, properties.fallback());
    }
}
