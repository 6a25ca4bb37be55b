package dev.millrace.worker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ModelPropertiesTest {
    @TempDir
    private Path directory;

    @Test
    void everyKeyHasItsDefault() {
        var none = bind(Map.of());

        assertThat(none.baseUrl()).isEmpty();
        assertThat(none.name()).isEmpty();
        assertThat(none.timeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(none.retries()).isEqualTo(5);
        assertThat(none.retryDelay()).isEqualTo(Duration.ofSeconds(1));
        assertThat(none.maxRetryDelay()).isEqualTo(Duration.ofMinutes(1));
        assertThat(none.maxBody().toMegabytes()).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api.example.org/v1",
                "ftp://api.example.org",
                "https://",
                "https://user:hidden@api.example.org/v1",
                "https://api.example.org/v1?key=hidden",
                "https://api.example.org/v 1"
            })
    void aBaseUrlThatIsNoneIsRefused(String baseUrl) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> properties(baseUrl, "", ""))
                .withMessageContaining("millrace.worker.model.base-url")
                .satisfies(refusal -> assertThat(refusal).message().doesNotContain("user:hidden"));
    }

    @ParameterizedTest
    @CsvSource({"timeout, 0s", "retry-delay, -1s", "max-retry-delay, 0s", "retries, 21", "retries, -1", "max-body, 10B"
    })
    void aValueThatMakesNoSenseIsRefusedByItsKey(String key, String value) {
        assertThat(catchThrowable(() -> bind(Map.of(key, value))))
                .rootCause()
                .hasMessageContaining("millrace.worker.model." + key);
    }

    @Test
    void theKeyIsReadFromItsFile() throws Exception {
        Path file = Files.writeString(directory.resolve("key"), "sk-1\n");

        assertThat(properties("", "", file.toString()).keySource().read().value())
                .isEqualTo("sk-1");
    }

    @Test
    void aKeyFileThatIsNotThereIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> properties("", "", directory.resolve("none").toString())
                        .keySource()
                        .read())
                .withMessageContaining("millrace.worker.model.key-file");
    }

    @Test
    void aKeyAndAFileWithOneAreTooMany() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> properties("", "sk-1", "/key"))
                .withMessageContaining("keep one");
    }

    @Test
    void aKeyThatNoHeaderCanHoldIsRefusedWithoutShowingIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> properties("", "sk-1\nsk-2", "").keySource())
                .withMessageContaining("LLM_API_KEY")
                .satisfies(refusal -> assertThat(refusal).message().doesNotContain("sk-"));
    }

    @Test
    void theKeyIsNotShown() {
        var properties = properties("", "sk-1", "");
        assertThat(properties.toString()).doesNotContain("sk-1");
        assertThat(properties.keySource().toString()).doesNotContain("sk-1");
    }

    private static ModelProperties properties(String baseUrl, String key, String keyFile) {
        var none = bind(Map.of());
        return new ModelProperties(
                baseUrl,
                "m",
                key,
                keyFile,
                none.timeout(),
                none.retries(),
                none.retryDelay(),
                none.maxRetryDelay(),
                none.maxBody());
    }

    private static ModelProperties bind(Map<String, String> values) {
        var source = new MapConfigurationPropertySource();
        values.forEach((key, value) -> source.put("millrace.worker.model." + key, value));
        return new Binder(source).bindOrCreate("millrace.worker.model", ModelProperties.class);
    }
}
