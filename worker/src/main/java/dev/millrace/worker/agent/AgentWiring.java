package dev.millrace.worker.agent;

import dev.millrace.worker.model.ModelClient;
import dev.millrace.worker.model.ModelProperties;
import java.time.InstantSource;
import java.util.Map;
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
    Agents agents(AgentProperties properties, ModelClient model, InstantSource clock) {
        return new Agents(
                Map.of("script", new ScriptAgent(clock), "builtin", new BuiltInAgent(model, clock)),
                properties.fallback());
    }
}
