package dev.millrace.worker.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import dev.millrace.worker.sandbox.Command;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sandboxes that are started before somebody asks. */
class DockerPoolIT {
    private final String worker = "it-" + UUID.randomUUID();
    private final DockerSandboxes sandboxes = RealDocker.sandboxes(worker, Map.of("pool", "1"));
    private final Engine engine = new Engine(Duration.ofSeconds(20));

    @AfterEach
    void close() {
        sandboxes.close();
        containers().forEach(container -> engine.remove(container.getId()));
        engine.close();
    }

    @Test
    void areTakenOnceAndNamedAfterWhatTheyAreFor() {
        sandboxes.open("", Map.of("task", "t1", "attempt", "1")).close();
        awaitReady();

        try (var sandbox = (DockerSandbox) sandboxes.open("", Map.of("task", "t2", "attempt", "3"))) {
            assertThat(sandboxes.counts().taken()).isEqualTo(1);
            assertThat(sandbox.run(Command.shell("ls -A /workspace /tmp /home/agent; echo on", Duration.ofSeconds(20)))
                            .stdout())
                    .isEqualTo("/home/agent:\n\n/tmp:\n\n/workspace:\non\n");
            Awaitility.await()
                    .untilAsserted(() -> assertThat(look(sandbox).getName()).startsWith("/millrace-t2-3-"));
            assertThat(look(sandbox).getConfig().getLabels())
                    .containsEntry("dev.millrace.worker", worker)
                    .containsEntry("dev.millrace.sandbox", "true");

            awaitReady();
            try (var another = (DockerSandbox) sandboxes.open("", Map.of())) {
                assertThat(another.container()).isNotEqualTo(sandbox.container());
            }
        }
    }

    @Test
    void thatDiedMeanwhileIsNotGivenAway() {
        sandboxes.open("", Map.of()).close();
        awaitReady();
        sandboxes.removeLeftBy(worker);

        try (var sandbox = sandboxes.open("", Map.of())) {
            assertThat(sandbox.run(Command.shell("true", Duration.ofSeconds(20)))
                            .succeeded())
                    .isTrue();
        }
    }

    @Test
    void endWithTheirWorker() {
        sandboxes.open("", Map.of()).close();
        awaitReady();

        sandboxes.close();

        Awaitility.await().until(() -> containers().isEmpty());
    }

    private List<Container> containers() {
        return engine.ask(
                "list",
                docker -> docker.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(Map.of("dev.millrace.worker", worker))
                        .exec());
    }

    private InspectContainerResponse look(DockerSandbox sandbox) {
        return engine.ask(
                "look",
                docker -> docker.inspectContainerCmd(sandbox.container()).exec());
    }

    private void awaitReady() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> sandboxes.counts().ready() == 1);
    }
}
