package dev.millrace.standalone.forge;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.schemas.id.RepoId;
import dev.millrace.standalone.forge.ForgeFixture.Account;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Gitea of the tester's, named by {@code GITEA_CONTRACT_URL} and an administrator's token in
 * {@code GITEA_CONTRACT_TOKEN}. The accounts and the repository are made for one run, with names that nobody has, and
 * removed with it.
 */
final class RealGitea implements Closeable {
    private static final String PASSWORD =
            "Only-for-0ne-run-" + ThreadLocalRandom.current().nextLong();

    private final URI url;
    private final String token;
    private final String suffix =
            "-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    private final Map<String, Account> accounts = new HashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private @Nullable RepoId repo;

    private RealGitea(URI url, String token) {
        this.url = url;
        this.token = token;
    }

    static Optional<URI> url() {
        return Optional.ofNullable(System.getenv("GITEA_CONTRACT_URL"))
                .filter(url -> !url.isBlank())
                .map(url -> URI.create(url.replaceAll("/+$", "")));
    }

    /** Makes what the contract needs; a run that failed half-way is cleaned up, too. */
    static ForgeFixture fixture(URI url, Path work) throws GitAPIException, InterruptedException, IOException {
        String token = System.getenv("GITEA_CONTRACT_TOKEN");
        if (token == null || token.isBlank()) {
            throw new AssertionError("GITEA_CONTRACT_URL is set; set GITEA_CONTRACT_TOKEN to an administrator's token");
        }
        var gitea = new RealGitea(url, token.strip());
        try {
            return gitea.made(work);
        } catch (AssertionError | IOException | RuntimeException failed) {
            gitea.close();
            throw failed;
        }
    }

    private ForgeFixture made(Path work) throws GitAPIException, InterruptedException, IOException {
        for (String name : List.of(ForgeFixture.ALICE, ForgeFixture.BOT, ForgeFixture.BOB)) {
            String login = name + suffix;
            var account = object().put("username", login)
                    .put("email", login + "@example.com")
                    .put("password", PASSWORD)
                    .put("must_change_password", false);
            send("POST", "/admin/users", "token " + token, account);
            accounts.put(name, new Account(login, newToken(login)));
        }
        String alice = "token " + account(ForgeFixture.ALICE).token();
        var made = new RepoId(account(ForgeFixture.ALICE).login(), "demo2");
        repo = made;
        var repository =
                object().put("name", made.name()).put("auto_init", true).put("default_branch", "main");
        send("POST", "/admin/users/" + made.owner() + "/repos", "token " + token, repository);
        var label = object().put("name", "agent").put("color", "#00aabb");
        send("POST", "/repos/" + made + "/labels", alice, label);
        var access = object().put("permission", "write");
        send(
                "PUT",
                "/repos/" + made + "/collaborators/" + account(ForgeFixture.BOT).login(),
                alice,
                access);
        return new ForgeFixture(url, url, made, accounts, work, this);
    }

    private Account account(String name) {
        return Objects.requireNonNull(accounts.get(name), name);
    }

    /** With all scopes, where this Gitea has any: those before 1.19 have none, and pass over the field. */
    private String newToken(String login) throws InterruptedException, IOException {
        String basic = "Basic " + Base64.getEncoder().encodeToString((login + ":" + PASSWORD).getBytes(UTF_8));
        var body = object().put("name", "contract");
        body.putArray("scopes").add("write:repository").add("write:issue").add("read:user");
        var answer = tried("POST", "/users/" + login + "/tokens", basic, body);
        if (answer.isEmpty()) { // 1.19 had other scopes
            body.putArray("scopes").add("all");
            answer = Optional.of(send("POST", "/users/" + login + "/tokens", basic, body));
        }
        return answer.orElseThrow().path("sha1").asString();
    }

    private static ObjectNode object() {
        return ForgeFixture.JSON.createObjectNode();
    }

    private JsonNode send(String method, String path, String authorization, JsonNode body)
            throws InterruptedException, IOException {
        return tried(method, path, authorization, body)
                .orElseThrow(() -> new AssertionError("%s %s was refused by %s".formatted(method, path, url)));
    }

    private Optional<JsonNode> tried(String method, String path, String authorization, JsonNode body)
            throws InterruptedException, IOException {
        var request = HttpRequest.newBuilder(URI.create(url + "/api/v1" + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body.toString()))
                .build();
        var answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            return Optional.empty();
        }
        return Optional.of(
                answer.body().isEmpty() ? ForgeFixture.JSON.nullNode() : ForgeFixture.JSON.readTree(answer.body()));
    }

    @Override
    public void close() throws IOException {
        try {
            remove();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            http.shutdownNow();
        }
    }

    private void remove() throws InterruptedException, IOException {
        if (repo != null) {
            tried("DELETE", "/repos/" + repo, "token " + token, object());
        }
        for (Account account : accounts.values()) {
            tried("DELETE", "/admin/users/" + account.login(), "token " + token, object());
        }
    }
}
