package dev.millrace.standalone.allinone;

import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.KafkaClients;
import dev.millrace.worker.agent.Agents;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** All stages, running in this process against a broker that is there or on its way up. */
public final class AllInOne implements AutoCloseable {
    private static final Map<String, Object> DEFAULTS = Map.of(
            "spring.main.banner-mode", "off",
            "spring.main.lazy-initialization", "false",
            "spring.threads.virtual.enabled", "true",
            "spring.jmx.enabled", "false",
            "server.shutdown", "graceful",
            "spring.lifecycle.timeout-per-shutdown-phase", "20s",
            "management.endpoints.web.exposure.include", "health,metrics",
            // Nobody waits minutes for Ctrl-C; the next start takes up again what is handed back.
            "millrace.worker.drain", "0s");

    private final ConfigurableApplicationContext context;

    private AllInOne(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts the stages and returns when ingest takes requests.
     *
     * @param properties of the stages; the environment's and the command line's win over them
     * @throws RuntimeException if a stage cannot start; the message names what is to be done
     */
    public static AllInOne start(Map<String, Object> properties, String... arguments) {
        var all = new HashMap<>(DEFAULTS);
        all.putAll(properties);
        return new AllInOne(new SpringApplicationBuilder(Stages.class)
                .web(WebApplicationType.SERVLET)
                .properties(all)
                .registerShutdownHook(false)
                .run(arguments));
    }

    /** Where ingest listens on this machine. */
    public int port() {
        var server = ((WebServerApplicationContext) context).getWebServer();
        return Objects.requireNonNull(server, "ingest is a web application").getPort();
    }

    public KafkaClients kafka() {
        return context.getBean(KafkaClients.class);
    }

    public Contracts contracts() {
        return context.getBean(Contracts.class);
    }

    public Topics topics() {
        return context.getBean(Topics.class);
    }

    /** The worker's agents. */
    public Agents agents() {
        return context.getBean(Agents.class);
    }

    /** The value of one of the stages' gauges now. */
    public double gauge(String name) {
        return context.getBean(MeterRegistry.class).get(name).gauge().value();
    }

    /** Stops the stages in order; what was accepted stays accepted. */
    @Override
    public void close() {
        context.close();
    }
}
