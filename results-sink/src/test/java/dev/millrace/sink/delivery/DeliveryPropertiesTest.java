package dev.millrace.sink.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class DeliveryPropertiesTest {
    private static DeliveryProperties bound(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("millrace.sink", DeliveryProperties.class);
    }

    @Test
    void everyKeyHasItsDefault() {
        assertThat(bound(Map.of()))
                .isEqualTo(new DeliveryProperties(
                        "Millrace",
                        "millrace@noreply.localhost",
                        "noreply.localhost",
                        Path.of(System.getProperty("java.io.tmpdir"), "millrace-sink"),
                        null,
                        3,
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(35),
                        Duration.ofMinutes(15)));
    }

    @ParameterizedTest
    @CsvSource({
        "bot-name,a<b",
        "bot-email,' '",
        "co-author-domain,a b",
        "concurrency,0",
        "git-timeout,0s",
        "changeset-timeout,-1s",
        "publish-timeout,0s",
        "delivery-limit,0s"
    })
    void nonsenseIsRefusedByItsKey(String key, String value) {
        assertThatThrownBy(() -> bound(Map.of("millrace.sink." + key, value)))
                .rootCause()
                .hasMessageContaining("millrace.sink." + key);
    }
}
