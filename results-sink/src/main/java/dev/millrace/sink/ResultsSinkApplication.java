package dev.millrace.sink;

import dev.millrace.gitea.GiteaWiring;
import dev.millrace.schemas.wire.KafkaWiring;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** This stage in a process of its own. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({KafkaWiring.class, GiteaWiring.class, SinkConfiguration.class})
public class ResultsSinkApplication {
    /** Runs until the process is told to end. */
    public static void main(String[] args) {
        SpringApplication.run(ResultsSinkApplication.class, args);
    }
}
