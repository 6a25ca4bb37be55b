package dev.millrace.worker.model;

import dev.millrace.worker.model.gateway.Budget;
import dev.millrace.worker.model.gateway.Gateways;
import dev.millrace.worker.model.gateway.StopSwitch;
import dev.millrace.worker.model.upstream.Upstreams;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A worker's ways to models from its sandboxes; needs an {@link InstantSource}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ModelProperties.class, UpstreamProperties.class})
public class ModelWiring {

    @Bean
    Upstreams upstreams(UpstreamProperties properties, ModelProperties single, InstantSource clock) {
        return properties.all(single, clock);
    }

    /** The most that an attempt may spend, whatever else bounds it. */
    @Bean
    Budget attemptBudget(UpstreamProperties properties) {
        return properties.attemptBudget();
    }

    @Bean
    StopSwitch modelStopSwitch() {
        return new StopSwitch();
    }

    @Bean
    Gateways gateways(
            Upstreams upstreams,
            UpstreamProperties properties,
            ModelProperties common,
            StopSwitch stop,
            InstantSource clock) {
        return new Gateways(upstreams, properties.limits(common), stop, clock);
    }
}
