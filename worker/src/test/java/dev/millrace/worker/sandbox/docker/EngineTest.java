package dev.millrace.worker.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.dockerjava.core.DefaultDockerClientConfig;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
    @Test
    void thatIsAwayIsNamedWithTheRemedy() {
        try (var engine = engine("tcp://127.0.0.1:1", Duration.ofSeconds(20))) {
            assertThatExceptionOfType(SandboxUnavailable.class)
                    .isThrownBy(() -> ping(engine))
                    .withMessageContaining("tcp://127.0.0.1:1")
                    .withMessageContaining("DOCKER_HOST");
        }
    }

    @Test
    void thatDoesNotAnswerIsWaitedForNoLongerThanItsLimit(@TempDir Path directory) throws IOException {
        try (var _ = silent(directory.resolve("docker.sock"));
                var engine = engine("unix://" + directory.resolve("docker.sock"), Duration.ofMillis(300))) {
            assertThatExceptionOfType(SandboxUnavailable.class)
                    .isThrownBy(() -> ping(engine))
                    .withMessageContaining("took longer than PT0.3S to ping");
        }
    }

    @Test
    void anInterruptEndsTheWaitAndTheFlagStays(@TempDir Path directory) throws IOException {
        try (var _ = silent(directory.resolve("docker.sock"));
                var engine = engine("unix://" + directory.resolve("docker.sock"), Duration.ofMinutes(5))) {
            Thread.currentThread().interrupt();

            assertThatExceptionOfType(SandboxUnavailable.class)
                    .isThrownBy(() -> ping(engine))
                    .withMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void removalNeverThrowsAndKeepsTheInterruptFlag() {
        var engine = engine("tcp://127.0.0.1:1", Duration.ofSeconds(20));
        Thread.currentThread().interrupt();

        assertThatCode(() -> engine.remove("c1")).doesNotThrowAnyException();
        engine.close();
        assertThatCode(() -> engine.remove("c1")).doesNotThrowAnyException();

        assertThat(Thread.interrupted()).isTrue();
    }

    /** Lets the client connect, and never says a word. */
    private static ServerSocketChannel silent(Path socket) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
    }

    private static void ping(Engine engine) {
        engine.ask("ping", docker -> docker.pingCmd().exec());
    }

    private static Engine engine(String host, Duration timeout) {
        return new Engine(
                DefaultDockerClientConfig.createDefaultConfigBuilder()
                        .withDockerHost(host)
                        .withDockerTlsVerify(false)
                        .build(),
                timeout);
    }
}
