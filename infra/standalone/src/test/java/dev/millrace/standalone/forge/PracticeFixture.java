package dev.millrace.standalone.forge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gitea.Gitea;
import dev.millrace.gitea.GiteaClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.transport.RemoteRefUpdate;

/** The contract's fixture on a practice forge, by way of its API wherever there is one. */
final class PracticeFixture implements GiteaContract.Fixture, AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final URI api;
    private final PracticeForge forge;
    private final GitHands hands;
    private final Map<String, GiteaClient> clients = new HashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();

    /** @param api where the API is asked, if not at the forge itself */
    PracticeFixture(PracticeForge forge, URI api, Path work) throws GitAPIException {
        this.forge = forge;
        this.api = api;
        this.hands = GitHands.clone(URI.create(forge.url() + "/alice/demo2.git"), DemoForge.token("agent-bot"), work);
    }

    @Override
    public Gitea as(String login) {
        return clients.computeIfAbsent(login, who -> GiteaClient.connect(api, DemoForge.token(who), TIMEOUT));
    }

    @Override
    public long issue(String title, String body) {
        var answer = send(
                "POST",
                "/issues",
                "bob",
                "{\"title\":\"%s\",\"body\":\"%s\"}".formatted(title, body.replace("\"", "\\\"")));
        assertThat(answer.statusCode()).isEqualTo(201);
        return Long.parseLong(answer.body().replaceAll("(?s).*\"number\":(\\d+).*", "$1"));
    }

    @Override
    public void label(long issue, String label) {
        var answer = send("POST", "/issues/" + issue + "/labels", "alice", "{\"labels\":[\"" + label + "\"]}");
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Override
    public void unlabel(long issue, String label) {
        var answer = send("PUT", "/issues/" + issue + "/labels", "alice", "{\"labels\":[]}");
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Override
    public String push(String branch) {
        try {
            String commit = hands.commit("file.txt", branch);
            assertThat(hands.push("main", "refs/heads/" + branch).getStatus()).isEqualTo(RemoteRefUpdate.Status.OK);
            return commit;
        } catch (GitAPIException | IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Override
    public void deleteBranch(String branch) {
        try {
            hands.push("", "refs/heads/" + branch);
        } catch (GitAPIException failed) {
            throw new AssertionError(failed);
        }
    }

    @Override
    public void closePull(long number) {
        assertThat(send("PATCH", "/pulls/" + number, "alice", "{\"state\":\"closed\"}")
                        .statusCode())
                .isEqualTo(201);
    }

    /** A request to the repository's API. */
    HttpResponse<String> send(String method, String path, String login, String body) {
        var request = HttpRequest.newBuilder(URI.create(api + "/api/v1/repos/alice/demo2" + path))
                .timeout(TIMEOUT)
                .header("Authorization", "token " + DemoForge.token(login))
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new AssertionError(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() {
        clients.values().forEach(GiteaClient::close);
        hands.close();
        http.shutdownNow();
        forge.close();
    }
}
