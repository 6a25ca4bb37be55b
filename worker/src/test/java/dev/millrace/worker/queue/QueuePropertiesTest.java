package dev.millrace.worker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.worker.model.gateway.Budget;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class QueuePropertiesTest {
    private static QueueProperties bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("millrace.worker", QueueProperties.class);
    }

    @Test
    void everyKeyHasItsDefault() {
        assertThat(bound(Map.of()))
                .isEqualTo(new QueueProperties(
                        "", 2, Duration.ofSeconds(3), Duration.ofSeconds(30), Duration.ofMinutes(10)));
    }

    @Test
    void everyKeyCanBeSet() {
        assertThat(bound(Map.of(
                        "millrace.worker.name", "mill-1",
                        "millrace.worker.seats", "8",
                        "millrace.worker.heartbeat", "1s",
                        "millrace.worker.grant-within", "10s",
                        "millrace.worker.drain", "0s")))
                .isEqualTo(
                        new QueueProperties("mill-1", 8, Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource({
        "name, two words",
        "seats, 0",
        "seats, 1001",
        "heartbeat, 1ms",
        "grant-within, 0s",
        "drain, -1s",
        "drain, 2d"
    })
    void nonsenseIsRefusedByName(String key, String value) {
        assertThatThrownBy(() -> bound(Map.of("millrace.worker." + key, value)))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .rootCause()
                .hasMessageContaining("millrace.worker." + key);
    }

    @Test
    void aLeaseShorterThanTwoHeartbeatsIsRefusedByNamesAndValues() {
        var heartbeat = Duration.ofSeconds(3);
        assertThatThrownBy(() -> new LeaseTerms(Duration.ofMillis(5_999), heartbeat, heartbeat, Budget.UNLIMITED))
                .hasMessage("millrace.dispatch.lease (PT5.999S) must be at least twice"
                        + " millrace.worker.heartbeat (PT3S)");
        assertThatCode(() -> new LeaseTerms(Duration.ofSeconds(6), heartbeat, heartbeat, Budget.UNLIMITED))
                .doesNotThrowAnyException();
    }

    @Test
    void aNamedWorkerOwnsItsSandboxesInEveryLife() {
        var first = WorkerName.of("mill-1");
        var second = WorkerName.of("mill-1");
        assertThat(first.owner()).isEqualTo(second.owner()).isEqualTo("mill-1");
        assertThat(first.value()).isNotEqualTo(second.value()).startsWith("mill-1-");
        assertThat(first.hadEarlierLives()).isTrue();
    }

    @Test
    void aNamelessWorkerSharesNothingWithAnother() {
        var name = WorkerName.of("");
        assertThat(name.owner()).isEqualTo(name.value());
        assertThat(name.hadEarlierLives()).isFalse();
    }
}
