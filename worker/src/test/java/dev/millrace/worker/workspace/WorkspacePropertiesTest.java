package dev.millrace.worker.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class WorkspacePropertiesTest {
    private static final String PREFIX = "millrace.worker.repositories";

    @Test
    void everyKeyHasThisDefaultButTheUrl() {
        assertThat(bind(Map.of("url", "https://git.example.org/")))
                .isEqualTo(new WorkspaceProperties(
                        null,
                        "https://git.example.org",
                        null,
                        Path.of("millrace-data/repositories"),
                        DataSize.ofGigabytes(10),
                        1,
                        Duration.ofMinutes(5)));
    }

    @Test
    void everyKeyCanBeSet() {
        assertThat(bind(Map.of(
                        "url",
                        "file:///srv/git",
                        "token-file",
                        "/run/t",
                        "cache",
                        "/c",
                        "cache-size",
                        "7MB",
                        "depth",
                        "3",
                        "timeout",
                        "9s")))
                .isEqualTo(new WorkspaceProperties(
                        null,
                        "file:///srv/git",
                        Path.of("/run/t"),
                        Path.of("/c"),
                        DataSize.ofMegabytes(7),
                        3,
                        Duration.ofSeconds(9)));
    }

    @ParameterizedTest
    @CsvSource({
        "url, ''",
        "url, ssh://git@example.org",
        "url, https://user:password@example.org",
        "url, https://example.org/?x",
        "url, https:",
        "url, ext::sh -c id",
        "cache-size, 1KB",
        "depth, 0",
        "timeout, 0s"
    })
    void aValueThatMakesNoSenseIsRefusedByItsKey(String key, String value) {
        var values = new HashMap<>(Map.of("url", "https://git.example.org"));
        values.put(key, value);

        assertThat(catchThrowable(() -> bind(values)))
                .rootCause()
                .hasMessageStartingWith(PREFIX + "." + key + " cannot be '");
    }

    private static WorkspaceProperties bind(Map<String, String> values) {
        var prefixed = new HashMap<String, String>();
        values.forEach((key, value) -> prefixed.put(PREFIX + "." + key, value));
        return new Binder(new MapConfigurationPropertySource(prefixed)).bindOrCreate(PREFIX, WorkspaceProperties.class);
    }
}
