package dev.millrace.sink.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.gitea.ForgeUnavailable;
import dev.millrace.sink.FakeGitea;
import dev.millrace.sink.changeset.BaseRepository;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitTransferTest {
    private final List<String> tokensSeen = new CopyOnWriteArrayList<>();
    private final List<String> tokensLeaked = new CopyOnWriteArrayList<>();
    private final GitTransfer git = new GitTransfer(Optional.of(new GitToken("t0ken")), Duration.ofSeconds(5));

    @TempDir
    Path directory;

    private BaseRepository local;
    private HttpServer forge;
    private HttpServer elsewhere;
    private volatile int status;

    @BeforeEach
    void start() throws IOException {
        local = new BaseRepository(directory.resolve("local.git"));
        elsewhere = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        elsewhere.createContext("/", exchange -> {
            tokensLeaked.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        elsewhere.start();
        forge = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        forge.createContext("/", exchange -> {
            tokensSeen.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            if (status == 302) {
                exchange.getResponseHeaders().add("Location", address(elsewhere) + exchange.getRequestURI());
            }
            if (status == 401) {
                exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"Gitea\"");
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        forge.start();
    }

    @AfterEach
    void stop() {
        forge.stop(0);
        elsewhere.stop(0);
        local.close();
    }

    private static String address(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void push() throws IOException {
        git.create(
                "millrace/x",
                ObjectId.fromString(local.commit()),
                local.repository(),
                FakeGitea.REPO,
                URI.create(address(forge) + "/acme/app.git"));
    }

    private void fetch() {
        git.fetch(local.repository(), FakeGitea.REPO, URI.create(address(forge) + "/acme/app.git"));
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404})
    void aForgeThatSaysNoRefuses(int answer) {
        status = answer;

        assertThatThrownBy(this::push).isInstanceOf(DeliveryRefused.class).hasMessageContaining("acme/app");
        assertThatThrownBy(this::fetch).isInstanceOf(DeliveryRefused.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 429, 500, 502, 503})
    void aForgeInTroubleIsAway(int answer) {
        status = answer;

        assertThatThrownBy(this::push).isInstanceOf(ForgeUnavailable.class);
        assertThatThrownBy(this::fetch).isInstanceOf(ForgeUnavailable.class);
    }

    @Test
    void theTokenGoesAlongFromTheFirstRequest() {
        status = 503;

        assertThatThrownBy(this::fetch).isInstanceOf(ForgeUnavailable.class);

        assertThat(tokensSeen).isNotEmpty().containsOnly("Basic bWlsbHJhY2U6dDBrZW4=");
    }

    @Test
    void anAnswerDoesNotChooseWhereTheTokenGoes() {
        status = 302;

        assertThatThrownBy(this::fetch).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(this::push).isInstanceOf(RuntimeException.class);

        assertThat(tokensLeaked).isEmpty();
    }

    @Test
    void theTokenDoesNotShowItself() {
        assertThat(new GitToken("t0ken").toString()).doesNotContain("t0ken");
        assertThatThrownBy(() -> new GitToken("two words")).hasMessageNotContaining("two words");
    }
}
