package dev.millrace.schemas.wire;

import dev.millrace.schemas.topic.TopicCreator;
import dev.millrace.schemas.topic.Topics;
import java.time.Clock;
import java.time.InstantSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.PropertySource;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;

/** What every stage needs of Kafka; stages import it, the all-in-one once for all of them. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KafkaProperties.class)
@PropertySource("classpath:dev/millrace/schemas/wire/health.properties")
public class KafkaWiring {

    @Bean
    InstantSource clock() {
        return Clock.systemUTC();
    }

    @Bean
    KafkaClients kafkaClients(KafkaProperties kafka) {
        return new KafkaClients(kafka);
    }

    @Bean
    Contracts contracts(KafkaProperties kafka) {
        return new Contracts(kafka);
    }

    /** Who holds this bean can rely on the topics being there. */
    @Bean
    Topics topics(KafkaProperties kafka, KafkaClients clients) {
        var topics = new Topics(kafka.topicPrefix(), kafka.partitions());
        try (var admin = Admin.create(clients.common())) {
            new TopicCreator(admin, topics, kafka.replicationFactor()).create();
        }
        return topics;
    }

    @Bean
    KafkaTemplate<String, Object> kafkaTemplate(KafkaClients clients, Contracts contracts) {
        return new KafkaTemplate<>(new DefaultKafkaProducerFactory<>(
                clients.producer(), new StringSerializer(), contracts.serializer(), false));
    }
}
