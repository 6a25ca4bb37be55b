package dev.millrace.ingest.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.DurationStyle;

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
                        Duration.ofHours(2),
                        4,
                        4,
                        null,
                        null,
                        Duration.ofMinutes(10),
                        Duration.ofDays(30),
                        Duration.ofMillis(5),
                        Path.of("/d")));
    }

    @Test
    void everyKeyCanBeSet() {
        assertThat(bound(Map.ofEntries(
                        Map.entry("millrace.dispatch.enabled", "false"),
                        Map.entry("millrace.dispatch.lease", "20s"),
                        Map.entry("millrace.dispatch.attempts", "5"),
                        Map.entry("millrace.dispatch.backoff", "1s"),
                        Map.entry("millrace.dispatch.attempt-time", "3h"),
                        Map.entry("millrace.dispatch.repository-cap", "8"),
                        Map.entry("millrace.dispatch.user-cap", "2"),
                        Map.entry("millrace.dispatch.repository-budget", "25"),
                        Map.entry("millrace.dispatch.user-budget", "5.50"),
                        Map.entry("millrace.dispatch.offer-again", "1h"),
                        Map.entry("millrace.dispatch.keep-ended", "7d"),
                        Map.entry("millrace.dispatch.commit-interval", "50ms"),
                        Map.entry("millrace.dispatch.state-directory", "/d"))))
                .isEqualTo(new DispatchProperties(
                        false,
                        Duration.ofSeconds(20),
                        5,
                        Duration.ofSeconds(1),
                        Duration.ofHours(3),
                        8,
                        2,
                        new BigDecimal("25"),
                        new BigDecimal("5.50"),
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
        "attempt-time, 5s",
        "repository-cap, 0",
        "repository-cap, -1",
        "user-cap, 0",
        "user-cap, 10001",
        "repository-budget, 0",
        "user-budget, -0.01",
        "user-budget, 1000001",
        "offer-again, 1s",
        "keep-ended, 1d",
        "commit-interval, 0ms",
    })
    void nonsenseIsRefusedByName(String key, String value) {
        assertThatThrownBy(() -> bound(Map.of("millrace.dispatch." + key, value)))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .rootCause()
                .hasMessageContaining("millrace.dispatch." + key)
                .hasMessageContaining(shown(value));
    }

    /** Durations are shown as ISO writes them. */
    private static String shown(String value) {
        return value.endsWith("s") || value.endsWith("d")
                ? DurationStyle.detectAndParse(value).toString()
                : value;
    }

    @Test
    void aLeaseShorterThanTwoHeartbeatsIsRefusedByBothKeys() {
        var properties = bound(Map.of("millrace.dispatch.state-directory", "/d"));
        assertThatCode(() -> properties.refuseUnlessAbove(Duration.ofSeconds(6)))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> properties.refuseUnlessAbove(Duration.ofSeconds(7)))
                .withMessage("millrace.dispatch.lease (PT12S) must be at least twice millrace.worker.heartbeat (PT7S)");
    }

    @Test
    void budgetsAreDollarsAndCountedInMillionths() {
        var properties =
                bound(Map.of("millrace.dispatch.state-directory", "/d", "millrace.dispatch.user-budget", "5.50"));
        assertThat(properties.rules().budgets()).isEqualTo(new Rules.Budgets(null, 5_500_000L));
    }
}
