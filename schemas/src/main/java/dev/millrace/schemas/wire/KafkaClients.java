package dev.millrace.schemas.wire;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The settings that every client of one kind starts from; operators' own properties win. */
public final class KafkaClients {
    private final KafkaProperties kafka;

    public KafkaClients(KafkaProperties kafka) {
        this.kafka = kafka;
    }

    public Map<String, Object> common() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        settings.putAll(kafka.properties());
        return settings;
    }

    /** All in-sync replicas acknowledge, no duplicates by retries, nothing waits for a batch to fill. */
    public Map<String, Object> producer() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        int delivery = Math.toIntExact(kafka.deliveryTimeout().toMillis());
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(500, delivery / 2));
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, delivery);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 17 << 20);
        settings.putAll(common());
        return settings;
    }

    /** Sees only what was committed, from the beginning on, and commits nothing by itself. */
    public Map<String, Object> consumer() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.putAll(common());
        return settings;
    }
}
