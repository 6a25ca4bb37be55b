package dev.millrace.bench.fleet;

import dev.millrace.schemas.wire.KafkaWiring;
import dev.millrace.worker.agent.AgentProperties;
import dev.millrace.worker.agent.Agents;
import dev.millrace.worker.model.ModelWiring;
import dev.millrace.worker.queue.QueueWiring;
import dev.millrace.worker.queue.WorkerName;
import dev.millrace.worker.sandbox.Sandboxes;
import dev.millrace.worker.workspace.LocalSource;
import dev.millrace.worker.workspace.RepositorySource;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * A worker in a process of its own that is real but for its sandboxes, its agent and its repositories. No setting makes
 * a real worker one of these.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableConfigurationProperties(AgentProperties.class)
@Import({KafkaWiring.class, ModelWiring.class, QueueWiring.class})
public class ScriptedWorker {

    /** Runs until the process is told to end. */
    public static void main(String[] arguments) {
        new SpringApplicationBuilder(ScriptedWorker.class)
                .web(WebApplicationType.NONE)
                .properties(Map.of(
                        "spring.main.banner-mode",
                        "off",
                        "spring.main.keep-alive",
                        "true",
                        "millrace.worker.agent.default",
                        ScriptedAgent.NAME))
                .run(arguments);
    }

    @Bean
    Journal journal(@Value("${fleet.journal}") Path file, InstantSource clock, WorkerName worker) {
        var journal = Journal.in(file, clock);
        journal.note(Journal.Kind.WORKER, worker.value(), 0);
        return journal;
    }

    @Bean
    Sandboxes sandboxes(Journal journal) {
        return new ScriptedSandboxes(journal);
    }

    @Bean
    Agents agents(AgentProperties properties) {
        return new Agents(Map.of(ScriptedAgent.NAME, new ScriptedAgent()), properties.fallback());
    }

    @Bean
    RepositorySource repositories(@Value("${fleet.repository}") Path directory) {
        return new LocalSource(directory, 1);
    }
}
