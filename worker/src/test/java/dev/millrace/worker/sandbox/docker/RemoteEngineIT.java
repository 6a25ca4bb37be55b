package dev.millrace.worker.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.dockerjava.core.DefaultDockerClientConfig;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine at the far end of a TCP connection: nothing is shared with it but its API. */
class RemoteEngineIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final String worker = "it-" + UUID.randomUUID();
    private final SandboxProperties properties = RealDocker.properties(Map.of("pool", "0"));
    private final Proxy proxy = new Proxy();

    RemoteEngineIT() throws IOException {}

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.41"})
    void runsSandboxesAsALocalOneDoes(String version) {
        byte[] bytes = new byte[3_000_000];
        new Random(9).nextBytes(bytes);
        var out = new ByteArrayOutputStream();
        try (var sandboxes = sandboxes(version);
                var sandbox = sandboxes.open("", Map.of())) {
            assertThat(sandbox.run(Command.shell("echo on", LIMIT)).stdout()).isEqualTo("on\n");

            assertThat(sandbox.pipe(Command.shell("cat", LIMIT), new ByteArrayInputStream(bytes), out)
                            .succeeded())
                    .isTrue();
            assertThat(out.toByteArray()).isEqualTo(bytes);
            assertThat(proxy.connections).isNotEmpty();
        }
    }

    @Test
    void thatIsCutOffIsAFaultOfTheMachine() {
        try (var sandboxes = sandboxes("");
                var sandbox = sandboxes.open("", Map.of())) {
            proxy.cut();

            assertThatExceptionOfType(SandboxUnavailable.class)
                    .isThrownBy(() -> sandbox.run(Command.shell("true", LIMIT)));
        }
    }

    private DockerSandboxes sandboxes(String version) {
        var config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost("tcp://127.0.0.1:" + proxy.server.getLocalPort())
                .withDockerTlsVerify(false);
        if (!version.isEmpty()) {
            config.withApiVersion(version);
        }
        return new DockerSandboxes(
                properties,
                worker,
                new Engine(config.build(), LIMIT),
                Duration.ofSeconds(45),
                UnaryOperator.identity());
    }

    /** Forwards to the engine that this machine has. */
    private static final class Proxy {
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
        private final String engine = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .build()
                .getDockerHost()
                .getPath();

        Proxy() throws IOException {
            Thread.ofVirtual().start(() -> {
                while (!server.isClosed()) {
                    try {
                        Socket client = server.accept();
                        connections.add(client);
                        Thread.ofVirtual().start(() -> forward(client));
                    } catch (IOException closed) {
                        return;
                    }
                }
            });
        }

        private void forward(Socket client) {
            try (client;
                    var channel = SocketChannel.open(UnixDomainSocketAddress.of(engine))) {
                Thread back = Thread.ofVirtual().start(() -> copy(Channels.newInputStream(channel), client));
                copy(client.getInputStream(), Channels.newOutputStream(channel));
                channel.shutdownOutput();
                back.join();
            } catch (IOException | InterruptedException over) {
                // One side is gone, and with it the other.
            }
        }

        private static void copy(InputStream from, Socket to) {
            try {
                copy(from, to.getOutputStream());
                to.shutdownOutput();
            } catch (IOException over) {
                // One side is gone, and with it the other.
            }
        }

        private static void copy(InputStream from, OutputStream to) throws IOException {
            byte[] some = new byte[16 * 1024];
            for (int count = from.read(some); count >= 0; count = from.read(some)) {
                to.write(some, 0, count);
                to.flush();
            }
        }

        void cut() {
            try {
                server.close();
                for (Socket each : connections) {
                    each.close();
                }
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        }

        void close() throws IOException {
            cut();
        }
    }
}
