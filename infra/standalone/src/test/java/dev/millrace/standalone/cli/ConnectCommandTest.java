package dev.millrace.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.id.RepoId;
import dev.millrace.standalone.forge.Access;
import dev.millrace.standalone.forge.PracticeForge;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ConnectCommandTest {
    private static final RepoId REPO = new RepoId("alice", "demo2");

    private final Map<String, String> environment = new HashMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private @Nullable PracticeForge started;

    @BeforeEach
    void start(@TempDir Path dir) throws IOException {
        var forge = PracticeForge.start(dir.resolve("forge"), 0);
        started = forge;
        forge.createAccount("alice", "token-of-alice");
        forge.createAccount("agent-bot", "token-of-the-bot");
        forge.createRepository(REPO, Map.of("README.md", "# Demo\n"));
        forge.allow(REPO, "agent-bot", Access.WRITE);
        environment.put("GITEA_URL", forge.url().toString());
        environment.put(
                "GITEA_WEBHOOK_SECRET_FILE",
                Files.writeString(dir.resolve("secret"), "0123456789abcdef\n").toString());
        environment.put(
                "GITEA_ADMIN_TOKEN_FILE",
                Files.writeString(dir.resolve("token"), "token-of-alice\n").toString());
    }

    @AfterEach
    void stop() {
        Objects.requireNonNull(started).close();
    }

    private int connect(String... arguments) {
        return new CommandLine(new ConnectCommand(environment))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .setExecutionExceptionHandler((failure, line, _) -> {
                    line.getErr().println(failure.getMessage());
                    return failure instanceof UserError ? 2 : 1;
                })
                .execute(arguments);
    }

    private static String freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return Integer.toString(socket.getLocalPort());
        }
    }

    @Test
    void aRepositoryIsConnectedOverThisMachinesAddressAsGiteaSeesIt() throws IOException {
        String port = freePort();

        assertThat(connect("alice/demo2", "--port", port)).isZero();
        assertThat(out.toString())
                .contains("http://127.0.0.1:" + port + "/webhooks/gitea", "#1 made", "arrived, and the secret fits");
        assertThat(connect("alice/demo2", "--port", port)).isZero();
        assertThat(out.toString()).contains("was there, and is set right");
    }

    @Test
    void silenceIsExplained() throws IOException {
        int code = connect(
                "alice/demo2",
                "--port",
                freePort(),
                "--target",
                "http://127.0.0.1:1/webhooks/gitea",
                "--patience",
                "300ms");

        assertThat(code).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        "nothing arrived",
                        "ALLOWED_HOST_LIST = 127.0.0.1",
                        "webhook can only call allowed HTTP servers");
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void aTokenThatMayNotIsNamedWithTheRemedy() throws IOException {
        Files.writeString(
                Path.of(Objects.requireNonNull(environment.get("GITEA_ADMIN_TOKEN_FILE"))), "token-of-the-bot");

        assertThat(connect("alice/demo2", "--port", freePort())).isEqualTo(2);
        assertThat(err.toString()).contains("403", "GITEA_ADMIN_TOKEN_FILE", "write:repository");
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        assertThat(connect("nonsense")).isEqualTo(2);
        assertThat(err.toString()).contains("'nonsense' is no repository");

        environment.remove("GITEA_ADMIN_TOKEN_FILE");
        assertThat(connect("alice/demo2")).isEqualTo(2);
        assertThat(err.toString()).contains("set GITEA_ADMIN_TOKEN_FILE");
    }

    @Test
    void aPortThatSomethingElseHasIsSaidToBeTaken() throws IOException {
        try (var other = new ServerSocket(0)) {
            assertThat(connect("alice/demo2", "--port", Integer.toString(other.getLocalPort())))
                    .isEqualTo(1);
            assertThat(err.toString()).contains("is taken", "--port");
        }
    }
}
