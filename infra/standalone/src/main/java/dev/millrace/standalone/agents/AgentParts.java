package dev.millrace.standalone.agents;

import dev.millrace.worker.agent.AgentWiring;
import dev.millrace.worker.agent.described.DescribedWiring;
import dev.millrace.worker.model.ModelWiring;
import java.time.Clock;
import java.time.InstantSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** What of a worker knows its agents. */
@SpringBootConfiguration(proxyBeanMethods = false)
@Import({AgentWiring.class, DescribedWiring.class, ModelWiring.class})
class AgentParts {

    @Bean
    InstantSource clock() {
        return Clock.systemUTC();
    }
}
