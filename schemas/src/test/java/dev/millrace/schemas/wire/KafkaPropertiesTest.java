package dev.millrace.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class KafkaPropertiesTest {
    @Test
    void theKeysAndDefaultsAreThese() {
        assertThat(bound(Map.of()))
                .isEqualTo(new KafkaProperties(
                        "localhost:9092",
                        "http://localhost:8081",
                        "millrace.",
                        12,
                        (short) -1,
                        true,
                        Duration.ofSeconds(30),
                        Map.of()));
        assertThat(bound(Map.of(
                        "millrace.kafka.bootstrap-servers", "broker:1",
                        "millrace.kafka.schema-registry-url", "mock://here",
                        "millrace.kafka.topic-prefix", "mill.",
                        "millrace.kafka.partitions", "3",
                        "millrace.kafka.replication-factor", "2",
                        "millrace.kafka.register-schemas", "false",
                        "millrace.kafka.delivery-timeout", "5s",
                        "millrace.kafka.properties[security.protocol]", "SSL")))
                .isEqualTo(new KafkaProperties(
                        "broker:1",
                        "mock://here",
                        "mill.",
                        3,
                        (short) 2,
                        false,
                        Duration.ofSeconds(5),
                        Map.of("security.protocol", "SSL")));
    }

    @ParameterizedTest
    @CsvSource({
        "bootstrap-servers, ''",
        "bootstrap-servers, '  '",
        "schema-registry-url, ''",
        "topic-prefix, mill race",
        "topic-prefix, mill/",
        "partitions, 0",
        "partitions, -1",
        "replication-factor, 0",
        "replication-factor, -2",
        "delivery-timeout, 999ms",
        "delivery-timeout, 25h"
    })
    void aBadValueIsRefusedWithItsKey(String key, String value) {
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> bound(Map.of("millrace.kafka." + key, value)))
                .havingRootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .withMessageContaining("millrace.kafka." + key);
    }

    @Test
    void theLimitsThemselvesAreTaken() {
        assertThat(bound(Map.of("millrace.kafka.delivery-timeout", "1s")).deliveryTimeout())
                .hasSeconds(1);
        assertThat(bound(Map.of("millrace.kafka.delivery-timeout", "1d")).deliveryTimeout())
                .hasDays(1);
        assertThat(bound(Map.of("millrace.kafka.replication-factor", "1")).replicationFactor())
                .isEqualTo((short) 1);
        assertThat(bound(Map.of("millrace.kafka.topic-prefix", "")).topicPrefix())
                .isEmpty();
    }

    private static KafkaProperties bound(Map<String, String> configured) {
        return new Binder(new MapConfigurationPropertySource(configured))
                .bindOrCreate("millrace.kafka", KafkaProperties.class);
    }
}
