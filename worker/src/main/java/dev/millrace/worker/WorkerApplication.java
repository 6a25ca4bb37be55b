package dev.millrace.worker;

import dev.millrace.schemas.wire.KafkaWiring;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** A worker in a process of its own. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({KafkaWiring.class, WorkerConfiguration.class})
public class WorkerApplication {

    /**
     * Runs until the process is told to end.
     *
     * @param arguments Spring's, such as {@code --millrace.worker.seats=4}
     */
    public static void main(String[] arguments) {
        application().run(arguments);
    }

    /** Spring keeps the process alive: a worker's own threads are virtual ones and daemons, which do not. */
    static SpringApplication application() {
        var application = new SpringApplication(WorkerApplication.class);
        application.setKeepAlive(true);
        return application;
    }
}
