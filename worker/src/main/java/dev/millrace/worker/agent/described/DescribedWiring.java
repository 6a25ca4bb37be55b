package dev.millrace.worker.agent.described;

import dev.millrace.worker.agent.AgentProperties;
import dev.millrace.worker.agent.MoreAgents;
import dev.millrace.worker.model.gateway.Gateways;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The agents that are told by a file; needs {@link Gateways}, {@link AgentProperties} and an {@link InstantSource}. */
@Configuration(proxyBeanMethods = false)
public class DescribedWiring {

    @Bean
    MoreAgents describedAgents(AgentProperties properties, Gateways gateways, InstantSource clock) {
        return new DescribedAgents(properties.descriptions(), properties.images(), gateways, clock);
    }
}
