package dev.millrace.schemas.wire;

import dev.millrace.schemas.topic.Topics;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a stage reaches Kafka and the schema registry.
 *
 * @param bootstrapServers brokers, {@code host:port}, comma separated
 * @param schemaRegistryUrl of a Confluent-compatible registry; {@code mock://name} keeps schemas in this process only
 * @param topicPrefix of every topic and group
 * @param partitions of topics that are created here and scale by repository or task
 * @param replicationFactor of topics that are created here; -1 for the broker's default
 * @param registerSchemas whether unknown schemas are registered when first written; if not, they must be there before
 * @param deliveryTimeout the longest a producer tries before it reports failure
 * @param properties any further client settings, such as security; they go to every client
 */
@ConfigurationProperties("millrace.kafka")
public record KafkaProperties(
        @DefaultValue("localhost:9092") String bootstrapServers,
        @DefaultValue("http://localhost:8081") String schemaRegistryUrl,
        @DefaultValue("millrace.") String topicPrefix,
        @DefaultValue("12") int partitions,
        @DefaultValue("-1") short replicationFactor,
        @DefaultValue("true") boolean registerSchemas,
        @DefaultValue("30s") Duration deliveryTimeout,
        @DefaultValue Map<String, String> properties) {

    public KafkaProperties {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("millrace.kafka.bootstrap-servers is empty: name at least one broker");
        }
        if (schemaRegistryUrl.isBlank()) {
            throw new IllegalArgumentException(
                    "millrace.kafka.schema-registry-url is empty: name a Confluent-compatible registry");
        }
        if (!Topics.isPrefix(topicPrefix)) {
            throw new IllegalArgumentException(
                    "millrace.kafka.topic-prefix must be at most 100 letters, digits, '.', '_' and '-', not '%s'"
                            .formatted(topicPrefix));
        }
        if (partitions < 1) {
            throw new IllegalArgumentException("millrace.kafka.partitions must be at least 1, not " + partitions);
        }
        if (replicationFactor < 1 && replicationFactor != -1) {
            throw new IllegalArgumentException(
                    "millrace.kafka.replication-factor must be at least 1, or -1 for the broker's default, not "
                            + replicationFactor);
        }
        if (deliveryTimeout.compareTo(Duration.ofSeconds(1)) < 0 || deliveryTimeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "millrace.kafka.delivery-timeout must be 1s to 1d, not " + deliveryTimeout);
        }
        properties = Map.copyOf(properties);
    }
}
