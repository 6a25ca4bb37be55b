package dev.millrace.worker.sandbox.docker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpgradeTest {
    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final CompletableFuture<String> asked = new CompletableFuture<>();

    UpgradeTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"101 UPGRADED", "200 OK"})
    void whatFollowsTheHeadBelongsToTheContainer(String status) throws IOException {
        answer("HTTP/1.1 " + status + "\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nhello");

        try (var socket = connect()) {
            Upgrade.toAttached(socket, "/v1.41", "c1");

            assertThat(socket.in().readAllBytes()).isEqualTo("hello".getBytes(US_ASCII));
        }
        assertThat(asked.join())
                .startsWith("POST /v1.41/containers/c1/attach?stream=1&stdin=1&stdout=1&stderr=1 HTTP/1.1\r\n")
                .contains("\r\nUpgrade: tcp\r\n");
    }

    @Test
    void aRefusalIsWhatDockerJavaWouldThrow() throws IOException {
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> refusedWith("404 Not Found"))
                .withMessageContaining("why");
        assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> refusedWith("409 Conflict"));
        assertThatExceptionOfType(DockerException.class).isThrownBy(() -> refusedWith("500 Oh"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "220 smtp.example.org ESMTP\r\n", "HTTP/1.1 101 UPGRADED\r\nX: y"})
    void whatIsNoEnginesAnswerIsAnError(String answer) throws IOException {
        answer(answer);

        try (var socket = connect()) {
            assertThatIOException().isThrownBy(() -> Upgrade.toAttached(socket, "", "c1"));
        }
    }

    @Test
    void aHeadWithoutAnEndIsNotReadForever() throws IOException {
        answer("HTTP/1.1 101 UPGRADED\r\n" + "X: y\r\n".repeat(10_000));

        try (var socket = connect()) {
            assertThatIOException()
                    .isThrownBy(() -> Upgrade.toAttached(socket, "", "c1"))
                    .withMessageContaining("does not end");
        }
    }

    private void refusedWith(String status) throws IOException {
        answer("HTTP/1.1 " + status + "\r\nContent-Length: 3\r\n\r\nwhy");
        try (var socket = connect()) {
            Upgrade.toAttached(socket, "", "c1");
        }
    }

    private EngineSocket connect() throws IOException {
        return EngineSocket.connect(
                URI.create("tcp://127.0.0.1:" + server.getLocalPort()), null, Duration.ofSeconds(5));
    }

    private void answer(String answer) {
        Thread.ofVirtual().start(() -> {
            try (var client = server.accept()) {
                asked.complete(new String(client.getInputStream().readNBytes(130), US_ASCII));
                client.getOutputStream().write(answer.getBytes(US_ASCII));
                client.shutdownOutput();
                client.getInputStream().readAllBytes();
            } catch (IOException failed) {
                asked.completeExceptionally(failed);
            }
        });
    }
}
