package dev.millrace.bench.fleet;

import dev.millrace.ingest.dispatch.DispatchConfiguration;
import dev.millrace.schemas.wire.KafkaWiring;
import java.util.Map;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Import;

/** Dispatch alone, in a process of its own. */
@SpringBootConfiguration(proxyBeanMethods = false)
@Import({KafkaWiring.class, DispatchConfiguration.class})
public class DispatchProcess {

    /** Runs until the process is told to end. */
    public static void main(String[] arguments) {
        new SpringApplicationBuilder(DispatchProcess.class)
                .web(WebApplicationType.NONE)
                .properties(Map.of("spring.main.banner-mode", "off"))
                .run(arguments);
    }
}
