package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.KafkaClients;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaTemplate;

/** Dispatch by its own switch, so that it can run in processes of its own. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "millrace.dispatch.enabled", matchIfMissing = true)
@EnableConfigurationProperties(DispatchProperties.class)
public class DispatchConfiguration {

    @Bean
    DispatchStreams dispatchStreams(
            Topics topics,
            Contracts contracts,
            KafkaClients clients,
            KafkaTemplate<String, Object> kafka,
            DispatchProperties properties,
            ObjectProvider<MeterRegistry> meters,
            @Value("${millrace.worker.heartbeat:3s}") Duration heartbeat) {
        properties.refuseUnlessAbove(heartbeat);
        var home = new Home(kafka.partitionsFor(topics.requests().name()).size());
        var refusals = new Refusals(meters.getIfAvailable(SimpleMeterRegistry::new));
        return new DispatchStreams(topics, contracts, clients, properties, home, refusals);
    }

    @Bean
    HealthIndicator dispatchHealthIndicator(DispatchStreams dispatch) {
        return () -> {
            if (dispatch.hasDied()) {
                return Health.down().build();
            }
            return (dispatch.isReady() ? Health.up() : Health.outOfService()).build();
        };
    }
}
