package dev.millrace.sink;

import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.DeadLetters;
import dev.millrace.schemas.wire.KafkaClients;
import dev.millrace.sink.conversation.ConversationWiring;
import dev.millrace.sink.delivery.DeliveryWiring;
import dev.millrace.sink.secret.SecretsWiring;
import dev.millrace.sink.stream.Containers;
import dev.millrace.sink.stream.RetryProperties;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The whole stage, for a context that has {@link dev.millrace.schemas.wire.KafkaWiring}. Delivers to the repository of
 * {@code millrace.sink.local-repository} if that is set, else to the context's {@link dev.millrace.gitea.Gitea}.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RetryProperties.class)
@Import({SecretsWiring.class, DeliveryWiring.class, ConversationWiring.class})
public class SinkConfiguration {
    private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofSeconds(35);

    @Bean
    Containers sinkContainers(KafkaClients clients, Topics topics) {
        return new Containers(clients, topics);
    }

    @Bean
    DeadLetters sinkDeadLetters(KafkaClients clients, Topics topics, InstantSource clock) {
        return DeadLetters.with(clients, topics.deadLetters(), "/millrace/results-sink", clock, ACKNOWLEDGED_WITHIN);
    }
}
