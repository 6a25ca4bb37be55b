package dev.millrace.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaClientsTest {
    private final KafkaClients clients = new KafkaClients(Settings.with(Duration.ofSeconds(10), Map.of()));

    @Test
    void aProducerWaitsForAllReplicasAndNeverDoubles() {
        assertThat(clients.producer())
                .isEqualTo(Map.of(
                        "bootstrap.servers",
                        "localhost:9092",
                        "acks",
                        "all",
                        "enable.idempotence",
                        true,
                        "linger.ms",
                        0,
                        "delivery.timeout.ms",
                        10_000,
                        "request.timeout.ms",
                        5_000,
                        "max.block.ms",
                        10_000,
                        "max.request.size",
                        17 << 20));
    }

    @Test
    void aConsumerSeesEverythingThatWasCommittedAndCommitsNothingByItself() {
        assertThat(clients.consumer())
                .isEqualTo(Map.of(
                        "bootstrap.servers", "localhost:9092",
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest",
                        "enable.auto.commit", false));
    }

    /** Kafka refuses a delivery timeout below the request's. */
    @ParameterizedTest
    @ValueSource(longs = {1, 30, 24 * 60 * 60})
    void kafkaTakesEveryDeliveryTimeoutThatIsAllowed(long seconds) {
        Map<String, Object> settings =
                new KafkaClients(Settings.with(Duration.ofSeconds(seconds), Map.of())).producer();
        settings.put("key.serializer", StringSerializer.class);
        settings.put("value.serializer", StringSerializer.class);
        var taken = new ProducerConfig(settings);
        assertThat(taken.getInt("delivery.timeout.ms"))
                .isGreaterThanOrEqualTo(taken.getInt("request.timeout.ms")
                        + taken.getLong("linger.ms").intValue());
    }

    @Test
    void kafkaTakesTheSettingsOfAConsumer() {
        Map<String, Object> settings = clients.consumer();
        settings.put("key.deserializer", StringDeserializer.class);
        settings.put("value.deserializer", StringDeserializer.class);
        assertThat(new ConsumerConfig(settings).getString("isolation.level")).isEqualTo("read_committed");
    }

    @Test
    void whatTheOperatorSetsGoesToEveryClientAndWins() {
        var own = new KafkaClients(
                Settings.with(Duration.ofSeconds(10), Map.of("security.protocol", "SSL", "linger.ms", "5")));
        assertThat(own.common()).containsEntry("security.protocol", "SSL");
        assertThat(own.producer()).containsEntry("security.protocol", "SSL").containsEntry("linger.ms", "5");
        assertThat(own.consumer()).containsEntry("security.protocol", "SSL");
        var consumer = new KafkaClients(Settings.with(
                        Duration.ofSeconds(10), Map.of("bootstrap.servers", "other:1", "auto.offset.reset", "latest")))
                .consumer();
        assertThat(consumer).containsEntry("bootstrap.servers", "other:1").containsEntry("auto.offset.reset", "latest");
    }

    @Test
    void everyCallerGetsSettingsOfItsOwn() {
        Map<String, Object> mine = clients.common();
        mine.put("group.id", "mine");
        assertThat(clients.common()).isEqualTo(new HashMap<>(Map.of("bootstrap.servers", "localhost:9092")));
    }
}
