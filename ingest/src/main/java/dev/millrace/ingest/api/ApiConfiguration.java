package dev.millrace.ingest.api;

import dev.millrace.ingest.control.Controls;
import dev.millrace.ingest.door.Accepted;
import dev.millrace.ingest.view.TaskView;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The API's doors; need {@link Accepted}, {@link Controls}, {@link TaskView} and an {@link InstantSource}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ApiProperties.class)
public class ApiConfiguration {

    @Bean
    BearerToken apiToken(ApiProperties properties) {
        return new BearerToken(properties.tokenFile());
    }

    @Bean
    TaskApi taskApi(ApiProperties properties, BearerToken apiToken, Accepted accepted, InstantSource clock) {
        return new TaskApi(properties, apiToken, accepted, clock);
    }

    @Bean
    TaskReadApi taskReadApi(BearerToken apiToken, TaskView view) {
        return new TaskReadApi(apiToken, new Tasks(view));
    }

    @Bean
    ControlApi controlApi(
            ApiProperties properties, BearerToken apiToken, TaskView view, Controls controls, InstantSource clock) {
        return new ControlApi(properties, apiToken, new Tasks(view), controls, clock);
    }
}
