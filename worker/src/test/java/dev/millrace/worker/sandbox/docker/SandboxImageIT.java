package dev.millrace.worker.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** What a sandbox needs of its image. */
class SandboxImageIT {
    private static GenericContainer<?> container;

    @BeforeAll
    static void start() {
        container = new GenericContainer<>(DockerImageName.parse(RealDocker.image()))
                .withImagePullPolicy(_ -> false)
                .withNetworkMode("none")
                .withCommand("sleep", "120");
        container.start();
    }

    @AfterAll
    static void stop() {
        container.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "bash", "git", "python3", "grep", "find"})
    void hasTheTools(String program) throws IOException, InterruptedException {
        assertThat(container
                        .execInContainer("sh", "-c", "command -v " + program)
                        .getExitCode())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/workspace", "/home/agent", "/tmp"})
    void hasThePlaces(String place) throws IOException, InterruptedException {
        assertThat(container.execInContainer("test", "-d", place).getExitCode()).isZero();
    }

    @Test
    void isForAnUnprivilegedUserAndDeclaresNoVolumes() throws IOException, InterruptedException {
        assertThat(container.execInContainer("id", "-u").getStdout()).isEqualTo("10001\n");
        assertThat(Objects.requireNonNull(container.getContainerInfo()).getMounts())
                .isNullOrEmpty();
    }
}
