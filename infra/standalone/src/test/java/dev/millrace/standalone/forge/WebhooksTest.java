package dev.millrace.standalone.forge;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.gitea.Gitea.NewPullRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WebhooksTest {
    private static final String SECRET = "s3cret";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private record Received(Headers headers, String body) {
        String header(String name) {
            return requireNonNull(headers.getFirst(name));
        }

        JsonNode json() {
            return JSON.readTree(body);
        }
    }

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger answer = new AtomicInteger(200);
    private @Nullable HttpServer receiver;
    private @Nullable PracticeForge started;
    private @Nullable ForgeFixture fixture;

    @BeforeEach
    void start(@TempDir Path dir, @TempDir Path work) throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                received.add(new Received(exchange.getRequestHeaders(), body));
                exchange.sendResponseHeaders(answer.get(), -1);
            }
        });
        server.start();
        receiver = server;
        var forge = DemoForge.start(dir);
        started = forge;
        fixture = ForgeFixture.practice(forge, forge.url(), work.resolve("clone"));
    }

    @AfterEach
    void stop() throws IOException {
        requireNonNull(fixture).close();
        requireNonNull(receiver).stop(0);
    }

    private URI receiver() {
        return URI.create(
                "http://127.0.0.1:" + requireNonNull(receiver).getAddress().getPort() + "/webhooks/gitea");
    }

    private void hook(String... events) {
        requireNonNull(started).createWebhook(GiteaContract.REPO, receiver(), SECRET, List.of(events));
    }

    private ForgeFixture api() {
        return requireNonNull(fixture);
    }

    private Received only() {
        await().until(() -> received.size() == 1);
        return received.getFirst();
    }

    private static String hmac(String algorithm, String text) throws GeneralSecurityException {
        var mac = Mac.getInstance(algorithm);
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), algorithm));
        return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aNewIssueIsToldAndSignedAsGiteaSigns() throws Exception {
        hook("issues");
        long number = api().issue("Umlaut ä", "hello @agent-bot");

        var delivery = only();
        String sha256 = hmac("HmacSHA256", delivery.body());
        assertThat(delivery.header("X-Gitea-Signature")).isEqualTo(sha256);
        assertThat(delivery.header("X-Hub-Signature-256")).isEqualTo("sha256=" + sha256);
        assertThat(delivery.header("X-Hub-Signature")).isEqualTo("sha1=" + hmac("HmacSHA1", delivery.body()));
        assertThat(delivery.header("X-Gitea-Delivery")).matches("[0-9a-f-]{36}");
        assertThat(delivery.header("X-Gitea-Event")).isEqualTo("issues");
        assertThat(delivery.header("X-Gitea-Event-Type")).isEqualTo("issues");
        assertThat(delivery.header("Content-Type")).isEqualTo("application/json");
        var json = delivery.json();
        assertThat(json.at("/action").asString()).isEqualTo("opened");
        assertThat(json.at("/number").asLong()).isEqualTo(number);
        assertThat(json.at("/issue/title").asString()).isEqualTo("Umlaut ä");
        assertThat(json.at("/issue/user/username").asString()).isEqualTo("bob");
        assertThat(json.at("/issue/assignees").isNull()).isTrue();
        assertThat(json.at("/repository/full_name").asString()).isEqualTo("alice/demo2");
        assertThat(json.at("/sender/login").asString()).isEqualTo("bob");
    }

    @Test
    void aLabelIsToldWhetherItCameOrWent() {
        long number = api().issue("Labelled", "");
        hook("issue_label");
        api().label(number, "agent");
        api().unlabel(number);

        await().until(() -> received.size() == 2);
        assertThat(received).allSatisfy(delivery -> {
            assertThat(delivery.header("X-Gitea-Event")).isEqualTo("issues");
            assertThat(delivery.header("X-Gitea-Event-Type")).isEqualTo("issue_label");
            assertThat(delivery.json().at("/action").asString()).isEqualTo("label_updated");
        });
        assertThat(received.getFirst().json().at("/issue/labels/0/name").asString())
                .isEqualTo("agent");
        assertThat(received.getLast().json().at("/issue/labels")).isEmpty();
    }

    @Test
    void clearedLabelsAreStillListed() {
        long number = api().issue("Labelled", "");
        api().label(number, "agent");
        hook("issue_label");
        api().send("DELETE", "/issues/" + number + "/labels", "alice", "");

        assertThat(only().json().at("/action").asString()).isEqualTo("label_cleared");
        assertThat(received.getFirst().json().at("/issue/labels/0/name").asString())
                .isEqualTo("agent");
    }

    @Test
    void anIssueWithLabelAndAssigneeIsToldThreeTimes() {
        hook("issues");
        api().send("POST", "/issues", "alice", "{\"title\":\"t\",\"labels\":[1],\"assignees\":[\"agent-bot\"]}");

        await().until(() -> received.size() == 3);
        assertThat(received)
                .extracting(delivery -> delivery.json().at("/action").asString())
                .containsExactlyInAnyOrder("opened", "label_updated", "assigned");
    }

    @Test
    void aCommentIsTold() {
        long number = api().issue("t", "");
        hook("issues");
        api().as("bob").addComment(GiteaContract.REPO, number, "@agent-bot please");

        var json = only().json();
        assertThat(received.getFirst().header("X-Gitea-Event-Type")).isEqualTo("issue_comment");
        assertThat(json.at("/action").asString()).isEqualTo("created");
        assertThat(json.at("/comment/body").asString()).isEqualTo("@agent-bot please");
        assertThat(json.at("/is_pull").asBoolean(true)).isFalse();
    }

    @Test
    void aCommentOnAPullRequestHasATypeOfItsOwn() {
        api().push("millrace/a");
        var bot = api().as("agent-bot");
        var pull = bot.openPullRequest(GiteaContract.REPO, new NewPullRequest("t", "", "millrace/a", "main"));
        hook("pull_request_comment");
        bot.addComment(GiteaContract.REPO, pull.number(), "done");

        var delivery = only();
        assertThat(delivery.header("X-Gitea-Event")).isEqualTo("issue_comment");
        assertThat(delivery.header("X-Gitea-Event-Type")).isEqualTo("pull_request_comment");
        assertThat(delivery.json().at("/is_pull").asBoolean(false)).isTrue();
    }

    @Test
    void aPullRequestIsTold() {
        api().push("millrace/a");
        hook("pull_request");
        api().as("agent-bot").openPullRequest(GiteaContract.REPO, new NewPullRequest("t", "", "millrace/a", "main"));

        var json = only().json();
        assertThat(json.at("/action").asString()).isEqualTo("opened");
        assertThat(json.at("/pull_request/head/ref").asString()).isEqualTo("millrace/a");
        assertThat(json.at("/pull_request/base/repo/full_name").asString()).isEqualTo("alice/demo2");
    }

    @Test
    void aPushIsToldToAHookThatAskedForNothingElse() {
        hook();
        String commit = api().push("millrace/a");

        var json = only().json();
        assertThat(received.getFirst().header("X-Gitea-Event")).isEqualTo("push");
        assertThat(json.at("/ref").asString()).isEqualTo("refs/heads/millrace/a");
        assertThat(json.at("/before").asString()).isEqualTo("0".repeat(40));
        assertThat(json.at("/after").asString()).isEqualTo(commit);
        assertThat(json.at("/commits/0/added/0").asString()).isEqualTo("file.txt");
        assertThat(json.at("/pusher/login").asString()).isEqualTo("agent-bot");
    }

    @Test
    void aFormCarriesThePayloadThatIsSigned() throws Exception {
        api().send(
                        "POST",
                        "/hooks",
                        "alice",
                        "{\"type\":\"gitea\",\"active\":true,\"events\":[\"issues\"]," + "\"config\":{\"url\":\""
                                + receiver() + "\",\"content_type\":\"form\",\"secret\":\"" + SECRET + "\"}}");
        api().issue("a&b=c", "");

        var delivery = only();
        assertThat(delivery.header("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
        String payload = URLDecoder.decode(delivery.body().substring("payload=".length()), StandardCharsets.UTF_8);
        assertThat(delivery.header("X-Gitea-Signature")).isEqualTo(hmac("HmacSHA256", payload));
    }

    @Test
    void whatFailsIsNeverSentAgain() {
        answer.set(500);
        hook("issues_only");
        api().issue("one", "");
        api().issue("two", "");

        await().until(() -> received.size() == 2);
        assertThat(received)
                .extracting(delivery -> delivery.json().at("/issue/title").asString())
                .containsExactly("one", "two");
    }
}
