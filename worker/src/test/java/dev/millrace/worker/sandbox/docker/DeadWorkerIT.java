package dev.millrace.worker.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Container;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What remains on the engine of a worker that is gone. */
class DeadWorkerIT {
    private final String worker = "it-" + UUID.randomUUID();
    private final Engine engine = new Engine(Duration.ofSeconds(20));

    @AfterEach
    void close() {
        containers().forEach(container -> engine.remove(container.getId()));
        engine.close();
    }

    @Test
    void nothingOfOneThatWasKilled() throws Exception {
        Process holder = holder(45, 1);
        assertThat(containers()).hasSizeGreaterThanOrEqualTo(Holder.SANDBOXES);

        assertThat(holder.destroyForcibly().waitFor(20, TimeUnit.SECONDS)).isTrue();

        awaitNothing();
    }

    @Test
    void nothingOfOneThatStoodStillForLongerThanTheSilence() throws Exception {
        Process holder = holder(3, 0);
        try {
            assertThat(signal(holder, "STOP")).isZero();

            awaitNothing();
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    void whatWasCreatedAndNeverStartedIsReapedByAnyWorkerAfterAMinute() {
        var now = new AtomicReference<>(Instant.EPOCH);
        var reaper = new Reaper(engine, new TetheredImages(engine), now::get);
        engine.ask(
                "create",
                docker -> docker.createContainerCmd(RealDocker.image())
                        .withLabels(Map.of(ContainerSpec.SANDBOX, "true", "dev.millrace.worker", worker))
                        .exec());

        reaper.pass();
        now.set(Instant.EPOCH.plus(Reaper.PATIENCE).minusSeconds(1));
        reaper.pass();
        assertThat(containers()).hasSize(1);

        now.set(Instant.EPOCH.plus(Reaper.PATIENCE));
        reaper.pass();
        assertThat(containers()).isEmpty();
    }

    @Test
    void theReaperLeavesAloneWhatRunsAndWhatIsNotOurs() {
        var now = new AtomicReference<>(Instant.EPOCH);
        String image = RealDocker.image();
        var reaper = new Reaper(engine, new TetheredImages(engine), now::get);
        try (var sandboxes = RealDocker.sandboxes(worker, Map.of("pool", "0"));
                var sandbox = (DockerSandbox) sandboxes.open("", Map.of())) {
            String others = engine.ask(
                    "create",
                    docker -> docker.createContainerCmd(image)
                            .withLabels(Map.of("dev.millrace.worker", worker))
                            .exec()
                            .getId());

            reaper.pass();
            now.set(Instant.EPOCH.plus(Reaper.PATIENCE));
            reaper.pass();

            assertThat(containers()).extracting(Container::getId).contains(others, sandbox.container());
        }
    }

    private void awaitNothing() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(containers()).isEmpty());
    }

    private List<Container> containers() {
        return engine.ask(
                "list",
                docker -> docker.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(Map.of("dev.millrace.worker", worker))
                        .exec());
    }

    private Process holder(int silence, int pool) throws IOException {
        RealDocker.image(); // or else skip
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        classPath,
                        Holder.class.getName(),
                        worker,
                        Integer.toString(silence),
                        Integer.toString(pool))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said = holder.inputReader(StandardCharsets.UTF_8);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            String line = said.readLine();
            assertThat(line).as("the worker ended before it was ready").isNotNull();
            return line.equals("ready");
        });
        return holder;
    }

    private static int signal(Process process, String signal) throws IOException, InterruptedException {
        return new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }
}
