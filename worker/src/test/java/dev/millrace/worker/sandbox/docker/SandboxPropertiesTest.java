package dev.millrace.worker.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class SandboxPropertiesTest {
    private static final String PREFIX = "millrace.worker.sandbox";

    @Test
    void everyKeyHasThisDefaultButTheImage() {
        assertThat(bind(Map.of("image", "millrace/sandbox:1")))
                .isEqualTo(new SandboxProperties(
                        "millrace/sandbox:1",
                        List.of(),
                        1,
                        DataSize.ofGigabytes(2),
                        2,
                        512,
                        DataSize.ofGigabytes(1),
                        DataSize.ofMegabytes(512),
                        500_000,
                        4096,
                        DataSize.ofGigabytes(1),
                        Duration.ofHours(2),
                        "runc",
                        DataSize.ofKilobytes(64),
                        Duration.ofMinutes(1)));
    }

    @Test
    void everyKeyCanBeSet() {
        var all = Map.ofEntries(
                Map.entry("image", "i"),
                Map.entry("allowed-images", "debian:13, team/*"),
                Map.entry("pool", "3"),
                Map.entry("memory", "1GB"),
                Map.entry("cpus", "0.5"),
                Map.entry("pids", "100"),
                Map.entry("workspace-size", "2MB"),
                Map.entry("tmp-size", "1MB"),
                Map.entry("inodes", "2000"),
                Map.entry("open-files", "100"),
                Map.entry("file-size", "3MB"),
                Map.entry("lifetime", "1m"),
                Map.entry("runtime", "runsc"),
                Map.entry("output-kept", "2KB"),
                Map.entry("engine-timeout", "5s"));

        assertThat(bind(all))
                .isEqualTo(new SandboxProperties(
                        "i",
                        List.of("debian:13", "team/*"),
                        3,
                        DataSize.ofGigabytes(1),
                        0.5,
                        100,
                        DataSize.ofMegabytes(2),
                        DataSize.ofMegabytes(1),
                        2000,
                        100,
                        DataSize.ofMegabytes(3),
                        Duration.ofMinutes(1),
                        "runsc",
                        DataSize.ofKilobytes(2),
                        Duration.ofSeconds(5)));
    }

    @ParameterizedTest
    @CsvSource({
        "image, ''",
        "image, --privileged",
        "image, debian:13 --privileged",
        "allowed-images, *",
        "allowed-images, 'debian:13,-v /:/host'",
        "pool, -1",
        "pool, 101",
        "memory, 1MB",
        "cpus, 0",
        "pids, 0",
        "workspace-size, -1B",
        "tmp-size, 0B",
        "inodes, 0",
        "open-files, 0",
        "file-size, 0B",
        "lifetime, 0s",
        "runtime, --privileged",
        "output-kept, 1GB",
        "engine-timeout, -1s"
    })
    void aValueThatMakesNoSenseIsRefusedByItsKey(String key, String value) {
        var values = new HashMap<>(Map.of("image", "i"));
        values.put(key, value);

        Throwable refused = catchThrowable(() -> bind(values));

        assertThat(refused).rootCause().hasMessageStartingWith(PREFIX + "." + key + " cannot be '");
    }

    @Test
    void withoutAnImageTheMessageTellsTheRemedy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SandboxProperties(
                        "",
                        List.of(),
                        1,
                        DataSize.ofGigabytes(2),
                        2,
                        512,
                        DataSize.ofGigabytes(1),
                        DataSize.ofMegabytes(512),
                        500_000,
                        4096,
                        DataSize.ofGigabytes(1),
                        Duration.ofHours(2),
                        "runc",
                        DataSize.ofKilobytes(64),
                        Duration.ofMinutes(1)))
                .withMessageContaining("'./millrace' builds one");
    }

    @ParameterizedTest
    @CsvSource({
        "millrace/sandbox:1, true",
        "debian:13, true",
        "debian:13-slim, false",
        "debian, false",
        "team/java:25, true",
        "team/x/y, true",
        "teammate/x, false",
        "evil/team/x, false"
    })
    void anImageIsAllowedByItsNameOrItsBeginning(String image, boolean allowed) {
        var properties = bind(Map.of("image", "millrace/sandbox:1", "allowed-images", "debian:13,team/*"));

        assertThat(properties.allows(image)).isEqualTo(allowed);
    }

    @Test
    void anImageThatTheOperatorNamesForAnAgentIsAllowed() {
        var properties = bind(Map.of("image", "millrace/sandbox:1", "allowed-images", "debian:13"));

        assertThat(properties.allows("millrace/agent-codex:1")).isFalse();
        assertThat(properties.allowing(Map.of("codex", "millrace/agent-codex:1")))
                .returns(true, it -> it.allows("millrace/agent-codex:1"))
                .returns(true, it -> it.allows("debian:13"))
                .returns(false, it -> it.allows("millrace/agent-codex:2"))
                .returns(properties.memory(), SandboxProperties::memory);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> properties.allowing(Map.of("codex", "millrace/*")))
                .withMessageContaining("millrace.worker.agent.images.codex cannot be 'millrace/*'");
    }

    static SandboxProperties bind(Map<String, String> values) {
        var prefixed = new HashMap<String, String>();
        values.forEach((key, value) -> prefixed.put(PREFIX + "." + key, value));
        return new Binder(new MapConfigurationPropertySource(prefixed)).bindOrCreate(PREFIX, SandboxProperties.class);
    }
}
