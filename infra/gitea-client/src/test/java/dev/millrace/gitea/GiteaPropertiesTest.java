package dev.millrace.gitea;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class GiteaPropertiesTest {
    private static GiteaProperties bind(Map<String, String> properties) {
        var prefixed = new HashMap<String, String>();
        properties.forEach((key, value) -> prefixed.put("millrace.gitea." + key, value));
        return new Binder(new MapConfigurationPropertySource(prefixed))
                .bind("millrace.gitea", GiteaProperties.class)
                .get();
    }

    @Test
    void everyKeyAndDefault() {
        assertThat(bind(Map.of("url", "https://git.example.org/gitea", "token-file", "/run/token")))
                .isEqualTo(new GiteaProperties(
                        URI.create("https://git.example.org/gitea"),
                        Path.of("/run/token"),
                        Duration.ofSeconds(10),
                        null));
        assertThat(bind(Map.of("url", "http://h", "token-file", "t", "timeout", "3s", "bot", "agent-bot")))
                .isEqualTo(
                        new GiteaProperties(URI.create("http://h"), Path.of("t"), Duration.ofSeconds(3), "agent-bot"));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatRefused(Map.of("token-file", "t"), "millrace.gitea.url");
        assertThatRefused(Map.of("url", "https://h"), "millrace.gitea.token-file");
        assertThatRefused(Map.of("url", "https://h", "token-file", "t", "timeout", "0s"), "millrace.gitea.timeout");
    }

    private static void assertThatRefused(Map<String, String> properties, String key) {
        org.assertj.core.api.Assertions.assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> bind(properties))
                .havingRootCause()
                .withMessageContaining(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"git.example.org", "ftp://h", "https:///x", "https://h?x", "https://h#x", "https://u:geheim@h"})
    void anAddressThatIsNoneIsRefusedWithoutShowingIt(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GiteaProperties(URI.create(url), Path.of("t"), Duration.ofSeconds(1), null))
                .withMessageContaining("millrace.gitea.url")
                .withMessageNotContaining("geheim");
    }

    @Test
    void theTokenFileIsNamedWhereItIsMissingOrEmpty(@TempDir Path dir) throws IOException {
        var empty = Files.writeString(dir.resolve("empty"), " \n");
        for (Path file : new Path[] {empty, dir.resolve("absent")}) {
            var properties = new GiteaProperties(URI.create("http://h"), file, Duration.ofSeconds(1), null);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> GiteaClient.connect(properties))
                    .withMessageContaining("millrace.gitea.token-file " + file);
        }
    }

    @Test
    void theTokenIsTrimmedAndNeverShowsItself(@TempDir Path dir) throws IOException {
        var token = ForgeToken.read(Files.writeString(dir.resolve("token"), "  abc\n"));

        assertThat(token.header()).isEqualTo("token abc");
        assertThat(token).hasToString("***");
    }
}
