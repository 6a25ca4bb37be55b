package dev.millrace.ingest.api;

import dev.millrace.ingest.door.Accepted;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The API's door; needs {@link Accepted} and an {@link InstantSource}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ApiProperties.class)
public class ApiConfiguration {

    @Bean
    TaskApi taskApi(ApiProperties properties, Accepted accepted, InstantSource clock) {
        return new TaskApi(properties, new BearerToken(properties.tokenFile()), accepted, clock);
    }
}
