package dev.millrace.sink.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** From the operator's files to what is looked for. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SecretsProperties.class)
public class SecretsWiring {
    /** Of all stages: in the all-in-one they are in this process, too. */
    private static final List<String> FILES = List.of(
            "millrace.gitea.token-file",
            "millrace.ingest.webhook.secret-file",
            "millrace.ingest.api.token-file",
            "millrace.worker.repositories.token-file",
            "millrace.worker.model.key-file");

    private static final List<String> VALUES = List.of("millrace.worker.model.key");

    @Bean
    Secrets secrets(SecretsProperties properties, Environment environment) {
        List<String> own = new ArrayList<>();
        for (Path file : properties.files()) {
            own.add(read("millrace.sink.secrets.files", file));
        }
        for (String key : FILES) {
            String file = environment.getProperty(key, "");
            if (!file.isEmpty() && Files.isReadable(Path.of(file))) {
                own.add(read(key, Path.of(file)));
            }
        }
        VALUES.forEach(key -> own.add(environment.getProperty(key, "")));
        for (int upstream = 0; ; upstream++) {
            String prefix = "millrace.worker.model.upstreams[%d].".formatted(upstream);
            if (environment.getProperty(prefix + "base-url") == null) {
                break;
            }
            String file = environment.getProperty(prefix + "key-file", "");
            if (!file.isEmpty() && Files.isReadable(Path.of(file))) {
                own.add(read(prefix + "key-file", Path.of(file)));
            }
        }
        return new Secrets(own, properties.shapes());
    }

    private static String read(String key, Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "%s names %s, which cannot be read; it is to hold one secret".formatted(key, file), unreadable);
        }
    }
}
