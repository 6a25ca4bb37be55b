package dev.millrace.worker;

import dev.millrace.worker.agent.AgentProperties;
import dev.millrace.worker.agent.AgentWiring;
import dev.millrace.worker.agent.described.DescribedWiring;
import dev.millrace.worker.control.ControlWiring;
import dev.millrace.worker.model.ModelWiring;
import dev.millrace.worker.queue.QueueWiring;
import dev.millrace.worker.queue.WorkerName;
import dev.millrace.worker.sandbox.docker.DockerSandboxes;
import dev.millrace.worker.sandbox.docker.SandboxProperties;
import dev.millrace.worker.workspace.LocalSource;
import dev.millrace.worker.workspace.MirrorSource;
import dev.millrace.worker.workspace.RepositorySource;
import dev.millrace.worker.workspace.WorkspaceProperties;
import java.nio.file.Path;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** All of a worker but Kafka's wiring, which the all-in-one shares among its stages. */
@Configuration(proxyBeanMethods = false)
@Import({AgentWiring.class, ControlWiring.class, DescribedWiring.class, ModelWiring.class, QueueWiring.class})
@EnableConfigurationProperties({SandboxProperties.class, WorkspaceProperties.class})
public class WorkerConfiguration {

    @Bean
    DockerSandboxes sandboxes(SandboxProperties properties, AgentProperties agents, WorkerName worker) {
        var sandboxes = new DockerSandboxes(properties.allowing(agents.images()), worker.owner());
        if (worker.hadEarlierLives()) {
            sandboxes.removeLeftBy(worker.owner());
        }
        return sandboxes;
    }

    @Bean
    RepositorySource repositories(WorkspaceProperties properties) {
        Path local = properties.local();
        return local == null ? new MirrorSource(properties) : new LocalSource(local, properties.depth());
    }
}
