package dev.millrace.worker;

import dev.millrace.worker.agent.AgentWiring;
import dev.millrace.worker.queue.QueueWiring;
import dev.millrace.worker.queue.WorkerName;
import dev.millrace.worker.sandbox.Sandboxes;
import dev.millrace.worker.sandbox.docker.DockerSandboxes;
import dev.millrace.worker.sandbox.docker.SandboxProperties;
import dev.millrace.worker.workspace.LocalSource;
import dev.millrace.worker.workspace.MirrorSource;
import dev.millrace.worker.workspace.RepositorySource;
import dev.millrace.worker.workspace.WorkspaceProperties;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** All of a worker but Kafka's wiring, which the all-in-one shares among its stages. */
@Configuration(proxyBeanMethods = false)
@Import({AgentWiring.class, QueueWiring.class})
@EnableConfigurationProperties(SandboxProperties.class)
public class WorkerConfiguration {

    @Bean
    Sandboxes sandboxes(SandboxProperties properties, WorkerName worker) {
        return new DockerSandboxes(properties, worker.value());
    }

    /** One local repository for all tasks, read only. */
    @Bean
    @ConditionalOnProperty("millrace.worker.local-repository")
    RepositorySource localRepository(@Value("${millrace.worker.local-repository}") Path directory) {
        return new LocalSource(directory, 1);
    }

    /** Repositories of the forge, through mirrors of this worker's own. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "millrace.worker.local-repository", matchIfMissing = true, havingValue = "")
    @EnableConfigurationProperties(WorkspaceProperties.class)
    static class Forge {

        @Bean
        RepositorySource mirrors(WorkspaceProperties properties) {
            return new MirrorSource(properties);
        }
    }
}
