package dev.millrace.ingest;

import dev.millrace.gitea.GiteaWiring;
import dev.millrace.ingest.dispatch.DispatchConfiguration;
import dev.millrace.ingest.view.ViewConfiguration;
import dev.millrace.ingest.web.IngestWebConfiguration;
import dev.millrace.schemas.wire.KafkaWiring;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Ingest, and dispatch with it unless that is switched off, in a process of its own. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({
    KafkaWiring.class,
    GiteaWiring.class,
    IngestWebConfiguration.class,
    DispatchConfiguration.class,
    ViewConfiguration.class
})
public class IngestApplication {

    /** Runs until the process is told to end. */
    public static void main(String[] arguments) {
        SpringApplication.run(IngestApplication.class, arguments);
    }
}
