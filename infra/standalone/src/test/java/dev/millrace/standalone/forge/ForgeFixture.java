package dev.millrace.standalone.forge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gitea.GiteaClient;
import dev.millrace.gitea.GiteaSetup;
import dev.millrace.gitea.GiteaVersion;
import dev.millrace.schemas.id.RepoId;
import java.io.Closeable;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A forge of which it does not matter whose it is: a repository of alice's that agent-bot may write to and bob may only
 * read, and hands to act as each of them. Everything goes by way of the API and of git.
 */
final class ForgeFixture implements Closeable {
    static final String ALICE = "alice";
    static final String BOT = "agent-bot";
    static final String BOB = "bob";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    static final JsonMapper JSON = JsonMapper.builder().build();

    /** An account as the forge knows it. */
    record Account(String login, String token) {}

    private final URI api;
    private final URI git;
    private final RepoId repo;
    private final Map<String, Account> accounts;
    private final GitHands hands;
    private final Closeable forge;
    private final GiteaVersion version;
    private final Map<String, GiteaClient> clients = new HashMap<>();
    private final Map<String, GiteaSetup> setups = new HashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger pushed = new AtomicInteger();

    /**
     * A fixture that closes the forge when it is closed.
     *
     * @param api where the API is asked
     * @param git where git clones from
     * @param accounts by their names here
     */
    ForgeFixture(URI api, URI git, RepoId repo, Map<String, Account> accounts, Path work, Closeable forge)
            throws GitAPIException {
        this.api = api;
        this.git = git;
        this.repo = repo;
        this.accounts = accounts;
        this.forge = forge;
        this.version = setup(ALICE).version();
        this.hands = GitHands.clone(gitUrl(), token(BOT), work);
    }

    /** On a practice forge. */
    static ForgeFixture practice(PracticeForge forge, URI api, Path work) throws GitAPIException {
        var accounts = new HashMap<String, Account>();
        for (String name : List.of(ALICE, BOT, BOB)) {
            accounts.put(name, new Account(name, DemoForge.token(name)));
        }
        return new ForgeFixture(api, forge.url(), GiteaContract.REPO, accounts, work, forge::close);
    }

    GiteaVersion version() {
        return version;
    }

    RepoId repo() {
        return repo;
    }

    /** The name that the forge knows the account by. */
    String login(String name) {
        return account(name).login();
    }

    String token(String name) {
        return account(name).token();
    }

    private Account account(String name) {
        var account = accounts.get(name);
        if (account == null) {
            throw new IllegalArgumentException("nobody is called " + name);
        }
        return account;
    }

    URI gitUrl() {
        return URI.create(git + "/" + repo + ".git");
    }

    GitHands hands() {
        return hands;
    }

    /** The client with the token of that account. */
    GiteaClient as(String name) {
        return clients.computeIfAbsent(name, who -> GiteaClient.connect(api, token(who), TIMEOUT));
    }

    GiteaSetup setup(String name) {
        return setups.computeIfAbsent(name, who -> GiteaSetup.connect(api, token(who), TIMEOUT));
    }

    /** A new issue by bob; its number. */
    long issue(String title, String body) {
        var fields = JSON.createObjectNode().put("title", title).put("body", body);
        return took(201, send("POST", "/issues", BOB, fields.toString()))
                .path("number")
                .asLong();
    }

    /** Sets the issue's label as alice; the older ones of Gitea know labels by their ids only. */
    void label(long issue, String label) {
        took(200, send("POST", "/issues/" + issue + "/labels", ALICE, "{\"labels\":[" + labelId(label) + "]}"));
    }

    /** The id of a label that the repository has. */
    long labelId(String label) {
        for (JsonNode one : took(200, send("GET", "/labels", ALICE, ""))) {
            if (one.path("name").asString().equals(label)) {
                return one.path("id").asLong();
            }
        }
        throw new AssertionError("the repository has no label " + label);
    }

    /** Takes all labels away, by way of giving others: none. */
    void unlabel(long issue) {
        took(200, send("PUT", "/issues/" + issue + "/labels", ALICE, "{\"labels\":[]}"));
    }

    /** Pushes a commit on top of main to the branch; its id. */
    String push(String branch) {
        try {
            String commit = hands.commit("file.txt", branch + " " + pushed.incrementAndGet());
            assertThat(hands.push("main", "refs/heads/" + branch).getStatus()).isEqualTo(RemoteRefUpdate.Status.OK);
            return commit;
        } catch (GitAPIException | IOException failed) {
            throw new AssertionError(failed);
        }
    }

    void deleteBranch(String branch) {
        try {
            hands.push("", "refs/heads/" + branch);
        } catch (GitAPIException failed) {
            throw new AssertionError(failed);
        }
    }

    void closePull(long number) {
        took(201, send("PATCH", "/pulls/" + number, ALICE, "{\"state\":\"closed\"}"));
    }

    /** The answer's JSON, where it has the status. */
    static JsonNode took(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode())
                .as("%s %s answered %s", answer.request().method(), answer.uri(), answer.body())
                .isEqualTo(status);
        return answer.body().isEmpty() ? JSON.nullNode() : JSON.readTree(answer.body());
    }

    /** A request to the repository's API. */
    HttpResponse<String> send(String method, String path, String name, String body) {
        return ask(method, "/repos/" + repo + path, token(name), body);
    }

    /** A request to the API. */
    HttpResponse<String> ask(String method, String path, String token, String body) {
        var request = HttpRequest.newBuilder(URI.create(api + "/api/v1" + path))
                .timeout(TIMEOUT)
                .header("Authorization", "token " + token)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new AssertionError(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() throws IOException {
        clients.values().forEach(GiteaClient::close);
        setups.values().forEach(GiteaSetup::close);
        hands.close();
        http.shutdownNow();
        forge.close();
    }
}
