package dev.millrace.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.worker.workspace.RepositorySettings.WhenVerifyFails;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class AttemptPropertiesTest {
    private static AttemptProperties bound(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("millrace.worker.attempt", AttemptProperties.class);
    }

    @Test
    void defaultsAreAsDocumented() {
        assertThat(bound(Map.of()))
                .isEqualTo(
                        new AttemptProperties(Duration.ofMinutes(10), Duration.ofMinutes(10), 2, WhenVerifyFails.WIP));
    }

    @ParameterizedTest
    @CsvSource({
        "set-up-time, 0s, set-up-time",
        "verify-time, -1m, verify-time",
        "rounds, 11, rounds",
        "rounds, -1, rounds"
    })
    void nonsenseIsRefusedByKey(String key, String value, String named) {
        assertThatThrownBy(() -> bound(Map.of("millrace.worker.attempt." + key, value)))
                .rootCause()
                .hasMessageContaining("millrace.worker.attempt.")
                .hasMessageContaining(named);
    }
}
