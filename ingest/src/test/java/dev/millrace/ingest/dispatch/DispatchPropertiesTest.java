package dev.millrace.ingest.dispatch;

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

class DispatchPropertiesTest {
    private static DispatchProperties bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("millrace.dispatch", DispatchProperties.class);
    }

    @Test
    void everyKeyHasItsDefault() {
        assertThat(bound(Map.of("millrace.dispatch.state-directory", "/d")))
                .isEqualTo(new DispatchProperties(
                        true,
                        Duration.ofSeconds(12),
                        3,
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(10),
                        Duration.ofDays(30),
                        Duration.ofMillis(20),
                        Path.of("/d")));
    }

    @Test
    void everyKeyCanBeSet() {
        assertThat(bound(Map.of(
                        "millrace.dispatch.enabled", "false",
                        "millrace.dispatch.lease", "20s",
                        "millrace.dispatch.attempts", "5",
                        "millrace.dispatch.backoff", "1s",
                        "millrace.dispatch.offer-again", "1h",
                        "millrace.dispatch.keep-ended", "7d",
                        "millrace.dispatch.commit-interval", "50ms",
                        "millrace.dispatch.state-directory", "/d")))
                .isEqualTo(new DispatchProperties(
                        false,
                        Duration.ofSeconds(20),
                        5,
                        Duration.ofSeconds(1),
                        Duration.ofHours(1),
                        Duration.ofDays(7),
                        Duration.ofMillis(50),
                        Path.of("/d")));
    }

    @ParameterizedTest
    @CsvSource({
        "lease, 1s",
        "attempts, 0",
        "attempts, 101",
        "backoff, -1s",
        "offer-again, 1s",
        "keep-ended, 1d",
        "commit-interval, 0ms",
    })
    void nonsenseIsRefusedByName(String key, String value) {
        assertThatThrownBy(() -> bound(Map.of("millrace.dispatch." + key, value)))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .rootCause()
                .hasMessageContaining("millrace.dispatch." + key);
    }
}
