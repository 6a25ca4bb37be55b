package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import dev.millrace.schemas.id.TaskId;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The Docker engine of this machine as a test sees it from beside Millrace: its sandbox image, and the sandboxes of a
 * task. Without engine or image a test is skipped, unless {@code MILLRACE_REQUIRE_DOCKER=true} says that it must run.
 */
final class Engine implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private final DockerClient docker;

    Engine() {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        docker = DockerClientImpl.getInstance(
                config,
                new ApacheDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .sslConfig(config.getSSLConfig())
                        .connectionTimeout(CONNECT)
                        .responseTimeout(ANSWER)
                        .build());
    }

    /** {@code MILLRACE_SANDBOX_IMAGE}, or else the newest {@code millrace/sandbox} that this engine has. */
    static String image() {
        Optional<String> image = Optional.empty();
        String reason = "no sandbox image: './millrace' builds one, or name it with MILLRACE_SANDBOX_IMAGE";
        try (var engine = new Engine()) {
            engine.docker.pingCmd().exec();
            image = Optional.ofNullable(System.getenv("MILLRACE_SANDBOX_IMAGE")).or(engine::newest);
        } catch (RuntimeException away) {
            reason = "no Docker engine answers: " + away.getMessage();
        }
        if ("true".equals(System.getenv("MILLRACE_REQUIRE_DOCKER"))) {
            assertThat(image).as(reason).isPresent();
        }
        assumeTrue(image.isPresent(), reason);
        return image.get();
    }

    /** The containers that are named after the task, running or not; one from the pool got its name only now. */
    List<Container> sandboxes(TaskId task) {
        return docker.listContainersCmd()
                .withShowAll(true)
                .withNameFilter(List.of("millrace-%s-".formatted(task.value())))
                .exec();
    }

    /** Runs a command in a container, as whoever the container runs as. */
    void run(Container container, String... argv) throws InterruptedException {
        String exec = docker.execCreateCmd(container.getId())
                .withAttachStdout(true)
                .withCmd(argv)
                .exec()
                .getId();
        boolean ended = docker.execStartCmd(exec)
                .exec(new ResultCallback.Adapter<>())
                .awaitCompletion(ANSWER.toSeconds(), TimeUnit.SECONDS);
        assertThat(ended).as("%s in %s", List.of(argv), container.getId()).isTrue();
    }

    @Override
    public void close() {
        try {
            docker.close();
        } catch (IOException left) {
            // a connection of a test that is over
        }
    }

    private Optional<String> newest() {
        return docker.listImagesCmd().exec().stream()
                .sorted(Comparator.comparing(Image::getCreated).reversed())
                .flatMap(image -> Stream.ofNullable(image.getRepoTags()).flatMap(Arrays::stream))
                .filter(tag -> tag.startsWith("millrace/sandbox:"))
                .findFirst();
    }
}
