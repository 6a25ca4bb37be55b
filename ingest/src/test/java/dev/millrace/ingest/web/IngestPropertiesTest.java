package dev.millrace.ingest.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.ingest.api.ApiProperties;
import dev.millrace.ingest.trigger.TriggerProperties;
import dev.millrace.ingest.trigger.WhoProperties;
import dev.millrace.ingest.webhook.WebhookProperties;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

/** Every key of ingest's doors with its default. */
class IngestPropertiesTest {
    @Test
    void theDefaults() {
        assertThat(bound("webhook", WebhookProperties.class, Map.of()))
                .isEqualTo(new WebhookProperties(
                        null, DataSize.ofMegabytes(2), DataSize.ofMegabytes(64), Duration.ofSeconds(4)));
        assertThat(bound("trigger", TriggerProperties.class, Map.of()))
                .isEqualTo(new TriggerProperties("agent", List.of(), DataSize.ofKilobytes(64), Duration.ofMinutes(10)));
        assertThat(bound("who", WhoProperties.class, Map.of()))
                .isEqualTo(new WhoProperties(true, List.of(), List.of(), List.of(), 60, 20, Duration.ofHours(1)));
        assertThat(bound("api", ApiProperties.class, Map.of()))
                .isEqualTo(new ApiProperties(null, "api", DataSize.ofKilobytes(512), Duration.ofSeconds(10)));
    }

    @Test
    void theKeys() {
        assertThat(bound(
                        "webhook",
                        WebhookProperties.class,
                        Map.of(
                                "secret-file", "/run/secret",
                                "max-body", "1MB",
                                "bodies-in-flight", "8MB",
                                "answer-within", "3s")))
                .isEqualTo(new WebhookProperties(
                        Path.of("/run/secret"),
                        DataSize.ofMegabytes(1),
                        DataSize.ofMegabytes(8),
                        Duration.ofSeconds(3)));
        assertThat(bound(
                        "trigger",
                        TriggerProperties.class,
                        Map.of(
                                "label", "robot",
                                "repositories", "alice/*,bob/x",
                                "max-instruction", "32KB",
                                "bot-cache", "1m")))
                .isEqualTo(new TriggerProperties(
                        "robot", List.of("alice/*", "bob/x"), DataSize.ofKilobytes(32), Duration.ofMinutes(1)));
        assertThat(bound(
                        "who",
                        WhoProperties.class,
                        Map.of(
                                "writers", "false",
                                "users", "carol,dave",
                                "teams", "alice/core",
                                "bots", "ci-bot",
                                "per-user", "5",
                                "per-issue", "2",
                                "within", "10m")))
                .isEqualTo(new WhoProperties(
                        false,
                        List.of("carol", "dave"),
                        List.of("alice/core"),
                        List.of("ci-bot"),
                        5,
                        2,
                        Duration.ofMinutes(10)));
        assertThat(bound(
                        "api",
                        ApiProperties.class,
                        Map.of(
                                "token-file", "/run/token",
                                "requested-by", "n8n",
                                "max-body", "100KB",
                                "answer-within", "5s")))
                .isEqualTo(new ApiProperties(
                        Path.of("/run/token"), "n8n", DataSize.ofKilobytes(100), Duration.ofSeconds(5)));
    }

    @ParameterizedTest
    @CsvSource({
        "webhook, max-body, 0B",
        "webhook, max-body, 1GB",
        "webhook, bodies-in-flight, 1MB",
        "webhook, answer-within, 0s",
        "webhook, answer-within, 1h",
        "trigger, label, ' '",
        "trigger, repositories, alice",
        "trigger, max-instruction, 1MB",
        "trigger, bot-cache, -1s",
        "who, writers, false",
        "who, teams, core",
        "who, per-user, 0",
        "who, per-issue, 2000000",
        "who, within, 30d",
        "api, requested-by, a b",
        "api, max-body, 1MB",
        "api, answer-within, 1h",
    })
    void nonsenseIsRefusedByItsKey(String group, String key, String value) {
        var type = switch (group) {
            case "webhook" -> WebhookProperties.class;
            case "trigger" -> TriggerProperties.class;
            case "who" -> WhoProperties.class;
            default -> ApiProperties.class;
        };
        assertThatThrownBy(() -> bound(group, type, Map.of(key, value)))
                .rootCause()
                .hasMessageContaining("millrace.ingest.%s.%s".formatted(group, key));
    }

    private static <T> T bound(String group, Class<T> type, Map<String, String> values) {
        var source = new MapConfigurationPropertySource();
        values.forEach((key, value) -> source.put("millrace.ingest.%s.%s".formatted(group, key), value));
        return new Binder(source).bindOrCreate("millrace.ingest." + group, type);
    }
}
