package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.schemas.topic.Topics;
import dev.millrace.schemas.wire.Contracts;
import dev.millrace.schemas.wire.KafkaClients;
import dev.millrace.schemas.wire.KafkaProperties;
import dev.millrace.standalone.allinone.Door;
import dev.millrace.standalone.broker.FreePorts;
import dev.millrace.standalone.forge.PracticeForge;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code up} is killed in the middle of a task, and started again on the same data. */
class RestartIT {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration END = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final int port = FreePorts.one();
    private final int registryPort = FreePorts.one();
    private final int brokerPort = pairOfPorts();
    private String image = "";
    private ProcessHandle running = ProcessHandle.current();

    /** A port whose next one is free too, for the controller. */
    private static int pairOfPorts() {
        while (true) {
            int first = FreePorts.one();
            try (var next = new ServerSocket(first + 1, 1, InetAddress.getLoopbackAddress())) {
                return next.getLocalPort() - 1;
            } catch (IOException taken) {
                // the next pair, then
            }
        }
    }

    @BeforeEach
    void requireDocker() {
        image = Engine.image();
    }

    /** As an operator ends it, with all that it started; by force where that does not help. */
    @AfterEach
    void endWhatRuns() {
        if (running.equals(ProcessHandle.current())) {
            return;
        }
        var all = Stream.concat(Stream.of(running), running.descendants()).toList();
        running.destroy();
        try {
            await("the end of up and its children")
                    .atMost(END)
                    .until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
        } finally {
            all.forEach(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void theTaskIsFinishedWithOnePullRequestAndNothingIsLeftOver() throws Exception {
        try (var forge = PracticeForge.start(directory.resolve("forge"), 0)) {
            World.People.settle(forge);
            var first = up(forge);
            try (var door = new Door(port);
                    var wire = wire();
                    var view = new ForgeView(forge.url(), World.REPO, World.People.BOT_TOKEN);
                    var engine = new Engine()) {
                var task = new TaskId(door.ask(World.API_TOKEN, task()));
                wire.awaitState(task, state -> state.getPhase() == Phase.RUNNING);
                var children = first.descendants().toList();
                assertThat(children).as("broker and registry").hasSize(2);

                first.destroyForcibly();

                await().atMost(END).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
                up(forge);
                wire.awaitState(task, state -> state.getPhase() == Phase.RUNNING && state.getAttempt() == 2);
                Gate.open(task);
                var done = wire.awaitDone(task);

                assertThat(done.getOutcome()).isEqualTo(Outcome.SOLVED);
                assertThat(view.pullsOf(task))
                        .containsExactly(
                                Objects.requireNonNull(done.getDelivery()).getPullRequest());
                await().atMost(END).until(() -> engine.sandboxes(task).isEmpty());
            }
        }
    }

    private static Map<String, Object> task() {
        return Map.of(
                "repo",
                World.REPO.toString(),
                "number",
                1,
                "instruction",
                "Outlive a crash.",
                "script",
                List.of(Gate.WAIT, "echo survived > survived.txt"));
    }

    /** Returns once it takes requests. */
    private Process up(PracticeForge forge) throws IOException {
        var environment = Map.of(
                "GITEA_URL",
                forge.url().toString(),
                "GITEA_TOKEN_FILE",
                file("token", World.People.BOT_TOKEN),
                "GITEA_WEBHOOK_SECRET_FILE",
                file("secret", "s3cret"),
                "MILLRACE_API_TOKEN_FILE",
                file("api-token", World.API_TOKEN),
                "MILLRACE_SANDBOX_IMAGE",
                image);
        Path out = Files.createTempFile(directory, "out", ".txt");
        Path err = Files.createTempFile(directory, "err", ".txt");
        Process process = new Cli(directory, environment)
                .start(
                        out,
                        err,
                        "up",
                        "--data",
                        directory.resolve("data").toString(),
                        "--port",
                        Integer.toString(port),
                        "--broker-port",
                        Integer.toString(brokerPort),
                        "--registry-port",
                        Integer.toString(registryPort),
                        "--",
                        "--management.server.port=0",
                        "--millrace.worker.agent.default=script",
                        "--millrace.worker.heartbeat=1s",
                        "--millrace.dispatch.lease=4s",
                        "--millrace.dispatch.backoff=1s");
        running = process.toHandle();
        await("up").atMost(START).until(() -> {
            assertThat(process.isAlive())
                    .as("up said %s", Files.readString(err))
                    .isTrue();
            return Files.readString(out).contains("Millrace is up");
        });
        return process;
    }

    private Wire wire() {
        var kafka = new KafkaProperties(
                "127.0.0.1:" + brokerPort,
                "http://127.0.0.1:%d/apis/ccompat/v7".formatted(registryPort),
                "millrace.",
                4,
                (short) -1,
                true,
                Duration.ofSeconds(30),
                Map.of());
        return new Wire(new KafkaClients(kafka), new Contracts(kafka), new Topics("millrace.", 4));
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content).toString();
    }
}
