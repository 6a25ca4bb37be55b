package dev.millrace.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.id.RepoId;
import dev.millrace.standalone.doctor.Finding.Doubtful;
import dev.millrace.standalone.doctor.Finding.Fine;
import dev.millrace.standalone.doctor.Finding.Skipped;
import dev.millrace.standalone.doctor.Finding.Wrong;
import dev.millrace.standalone.forge.Access;
import dev.millrace.standalone.forge.PracticeForge;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
    private static final RepoId REPO = new RepoId("alice", "demo2");
    private static final Doctor.Ports PORTS = new Doctor.Ports(1, 3, 5);

    @TempDir
    private @Nullable Path dir;

    private final Map<String, String> environment = new HashMap<>();

    private String file(String name, String content) throws IOException {
        Path file = Objects.requireNonNull(dir).resolve(name);
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file.toString();
    }

    /** What the check of that name finds, with the environment as it is. */
    private Finding found(String check, Doctor.Ports ports, String... repositories) {
        var findings = new HashMap<String, Finding>();
        var all = Doctor.of(environment, ports, List.of(repositories));
        all.only(check).look((one, finding) -> findings.put(one.name(), finding));
        assertThat(findings).containsOnlyKeys(check);
        return findings.values().iterator().next();
    }

    private Finding found(String check) {
        return found(check, PORTS, REPO.toString());
    }

    private static void wrong(Finding finding, String saw, String remedy) {
        assertThat(finding).isInstanceOf(Wrong.class);
        assertThat(finding.saw()).contains(saw);
        assertThat(finding.advice()).contains(remedy);
    }

    @Test
    void aCheckThatFailsIsWrongAndTheOthersAreStillLookedAt() {
        var seen = new HashMap<String, String>();
        var doctor = new Doctor(List.of(
                new Named("one", () -> {
                    throw new IOException("no such thing");
                }),
                new Named("two", () -> new Fine("well"))));

        assertThat(doctor.look((check, finding) -> seen.put(check.name(), finding.word())))
                .isFalse();
        assertThat(seen).isEqualTo(Map.of("one", "wrong", "two", "fine"));
    }

    @Test
    void doubtsAreNoFailure() {
        var doctor = new Doctor(List.of(
                new Named("one", () -> new Doubtful("so-so", "better")), new Named("two", () -> new Skipped("not"))));

        assertThat(doctor.look((_, _) -> {})).isTrue();
    }

    @Nested
    class TheMachine {
        @Test
        void withoutAnEngineCannotRunSandboxes() {
            environment.put("DOCKER_HOST", "unix:///nonexistent/docker.sock");
            environment.put("MILLRACE_SANDBOX_IMAGE", "millrace/sandbox:none");

            wrong(found("Docker"), "no engine answers", "start Docker");
            wrong(found("sandbox image"), "millrace/sandbox:none is not there", "./millrace demo builds it");
        }

        @Test
        void whereNoImageIsNamedLooksForNone() {
            assertThat(found("sandbox image")).isInstanceOf(Skipped.class);
        }

        @Test
        void needsASecretThatIsOne() throws IOException {
            wrong(found("webhook secret"), "GITEA_WEBHOOK_SECRET_FILE is not set", "openssl rand -hex 32");

            environment.put("GITEA_WEBHOOK_SECRET_FILE", file("secret", "") + ".absent");
            wrong(found("webhook secret"), "cannot be read", "openssl");

            environment.put("GITEA_WEBHOOK_SECRET_FILE", file("secret", "\n"));
            wrong(found("webhook secret"), "is empty", "openssl");

            environment.put("GITEA_WEBHOOK_SECRET_FILE", file("secret", "short"));
            assertThat(found("webhook secret")).isInstanceOf(Doubtful.class);

            environment.put("GITEA_WEBHOOK_SECRET_FILE", file("secret", "0123456789abcdef"));
            assertThat(found("webhook secret")).isInstanceOf(Fine.class);

            var secret = Path.of(Objects.requireNonNull(environment.get("GITEA_WEBHOOK_SECRET_FILE")));
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
            assertThat(found("webhook secret")).isInstanceOf(Doubtful.class);
            assertThat(found("webhook secret").advice()).contains("chmod 600");
        }

        @Test
        void whosePortIsTakenCannotListen() throws IOException {
            try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                environment.put("KAFKA_BOOTSTRAP_SERVERS", "elsewhere:9092");
                environment.put("SCHEMA_REGISTRY_URL", "http://elsewhere");
                var ports = new Doctor.Ports(other.getLocalPort(), 3, 5);

                wrong(found("ports", ports), Integer.toString(other.getLocalPort()), "--port");
            }
        }

        @Test
        void doesLittleWithoutAModel() {
            assertThat(found("model")).isInstanceOf(Doubtful.class);

            environment.put("LLM_BASE_URL", "http://127.0.0.1:1/v1");
            environment.put("LLM_MODEL", "m");
            assertThat(found("model")).isInstanceOf(Fine.class);
        }
    }

    @Nested
    class TheBroker {
        @Test
        void thatIsEmbeddedIsNotLookedAt() {
            assertThat(found("broker")).isInstanceOf(Skipped.class);
            assertThat(found("schema registry")).isInstanceOf(Skipped.class);
        }

        @Test
        void thatDoesNotAnswerIsWrong() {
            environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");

            wrong(found("broker"), "127.0.0.1:1 does not answer", "KAFKA_BOOTSTRAP_SERVERS");
        }

        @Test
        void withoutShareGroupsIsTooOld() {
            wrong(BrokerChecks.judged("k:9092", 0), "no share groups", "4.2");
            assertThat(BrokerChecks.judged("k:9092", 1)).isInstanceOf(Fine.class);
        }

        @Test
        void needsARegistryThatSpeaksConfluentsApi() throws IOException {
            try (var registry = new Canned(Map.of("/v7/subjects", "200 []"), "")) {
                environment.put("SCHEMA_REGISTRY_URL", registry.url() + "/v7");
                assertThat(found("schema registry")).isInstanceOf(Fine.class);

                environment.put("SCHEMA_REGISTRY_URL", registry.url());
                wrong(found("schema registry"), "was answered 404", "/apis/ccompat/v7");
            }
            environment.put("SCHEMA_REGISTRY_URL", "http://127.0.0.1:1");
            wrong(found("schema registry"), "does not answer", "SCHEMA_REGISTRY_URL");
        }
    }

    @Nested
    class TheForge {
        private final String now =
                DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.now().atOffset(ZoneOffset.UTC));

        private Finding of(Map<String, String> answers, String date, String check) throws IOException {
            try (var gitea = new Canned(answers, date)) {
                environment.put("GITEA_URL", gitea.url());
                environment.put("GITEA_TOKEN_FILE", file("token", "0123456789"));
                return found(check);
            }
        }

        @Test
        void mustBeNamedWithAToken() throws IOException {
            wrong(found("Gitea"), "GITEA_URL is not set", "https://git.example.org");

            environment.put("GITEA_URL", "http://127.0.0.1:1");
            wrong(found("Gitea"), "GITEA_TOKEN_FILE is not set", "the bot's access token");

            environment.put("GITEA_TOKEN_FILE", file("token", "0123456789"));
            wrong(found("Gitea"), "127.0.0.1:1", "start Gitea");

            environment.put("GITEA_URL", "git.example.org");
            wrong(found("Gitea"), "http or https", "GITEA_URL");
        }

        @Test
        void mustBeNewEnough() throws IOException {
            assertThat(of(Map.of("/version", "200 {\"version\":\"1.24.2\"}"), now, "Gitea"))
                    .isEqualTo(new Fine("Gitea 1.24.2"));
            wrong(of(Map.of("/version", "200 {\"version\":\"1.14.7\"}"), now, "Gitea"), "1.14.7 is too old", "1.15");
            assertThat(of(Map.of("/version", "200 {\"version\":\"?\"}"), now, "Gitea"))
                    .isInstanceOf(Doubtful.class);
            wrong(of(Map.of(), now, "Gitea"), "404", "Gitea's own address");
        }

        @Test
        void mustTakeTheToken() throws IOException {
            wrong(of(Map.of("/version", "401 {}"), now, "Gitea"), "does not take the token", "GITEA_TOKEN_FILE");
        }

        @Test
        void mustGiveTheTokenAllScopes() throws IOException {
            var refusal = of(
                    Map.of("/user", "200 {\"login\":\"b\"}", "-repository", "403 {}", "/comments", "403 {}"),
                    now,
                    "bot's token");

            wrong(refusal, "write:repository, write:issue", "write:repository, write:issue and read:user");
            wrong(of(Map.of("/user", "403 {}"), now, "bot's token"), "lacks read:user", "GITEA_TOKEN_FILE");
            assertThat(of(Map.of("/user", "200 {\"login\":\"b\"}"), now, "bot's token"))
                    .isEqualTo(new Fine("of b, with all scopes"));
        }

        @Test
        void mustHaveTheSameTime() throws IOException {
            var answers = Map.of("/version", "200 {\"version\":\"1.24.2\"}");

            assertThat(of(answers, now, "clock")).isInstanceOf(Fine.class);
            wrong(of(answers, "Tue, 24 Nov 2020 10:00:00 GMT", "clock"), "away from Gitea's", "NTP");
            assertThat(of(answers, "", "clock")).isInstanceOf(Skipped.class);
        }
    }

    @Nested
    class ARepository {
        private @Nullable PracticeForge started;

        @BeforeEach
        void start(@TempDir Path forgeDir) throws IOException {
            var forge = PracticeForge.start(forgeDir, 0);
            started = forge;
            forge.createAccount("alice", "token-of-alice");
            forge.createAccount("agent-bot", "token-of-the-bot");
            forge.createRepository(REPO, Map.of("README.md", "# Demo\n"));
            forge.createRepository(new RepoId("alice", "void"), Map.of());
            environment.put("GITEA_URL", forge.url().toString());
            environment.put("GITEA_TOKEN_FILE", file("token", "token-of-the-bot"));
        }

        @AfterEach
        void stop() {
            forge().close();
        }

        private PracticeForge forge() {
            return Objects.requireNonNull(started);
        }

        private Finding hook() throws IOException {
            environment.put("GITEA_ADMIN_TOKEN_FILE", file("admin", "token-of-alice"));
            return found(REPO + " webhook");
        }

        private void hooked(List<String> events) {
            forge().createWebhook(REPO, URI.create("http://127.0.0.1:9/webhooks/gitea"), "s", events);
        }

        @Test
        void thatIsNoneIsSaidToBeNone() {
            wrong(found("x", PORTS, "x"), "'x' is no repository", "OWNER/REPO");
            wrong(found("alice/absent", PORTS, "alice/absent"), "is not there", "collaborators");
            wrong(found("alice/void", PORTS, "alice/void"), "empty", "push a first commit");
        }

        @Test
        void mustBeWritableAndShouldHaveTheLabel() {
            wrong(found(REPO.toString()), "agent-bot may not write", "collaborators, with Write");

            forge().allow(REPO, "agent-bot", Access.WRITE);
            assertThat(found(REPO.toString())).isInstanceOf(Doubtful.class);

            forge().createLabel(REPO, "agent", "00aabb");
            assertThat(found(REPO.toString())).isInstanceOf(Fine.class);

            forge().restrict(REPO, false, true, false);
            wrong(found(REPO.toString()), "archived", "archive");
        }

        @Test
        void mustHaveAWebhookWithTheRightEvents() throws IOException {
            assertThat(found(REPO + " webhook")).isInstanceOf(Skipped.class);
            wrong(hook(), "no webhook", "./millrace gitea connect alice/demo2");

            hooked(List.of("push"));
            wrong(hook(), "is not told issues, issue_label", "./millrace gitea connect alice/demo2");
        }

        @Test
        void whoseWebhookIsSwitchedOffHearsNothing() throws Exception {
            hooked(List.of("issues", "pull_request"));
            try (var http = HttpClient.newHttpClient()) {
                var edit = HttpRequest.newBuilder(URI.create(forge().url() + "/api/v1/repos/alice/demo2/hooks/1"))
                        .header("Authorization", "token token-of-alice")
                        .method("PATCH", BodyPublishers.ofString("{\"active\":false,\"events\":[\"issues\"]}"))
                        .build();
                assertThat(http.send(edit, BodyHandlers.discarding()).statusCode())
                        .isEqualTo(200);
            }

            wrong(hook(), "switched off", "./millrace gitea connect alice/demo2");
        }

        @Test
        void withARightWebhookIsFine() throws IOException {
            hooked(List.of("issues", "pull_request"));

            assertThat(hook()).isInstanceOf(Fine.class);
        }

        @Test
        void isShownToAnAdministratorOnly() throws IOException {
            environment.put("GITEA_ADMIN_TOKEN_FILE", file("admin", "token-of-the-bot"));

            wrong(found(REPO + " webhook"), "403", "administers alice/demo2");
        }
    }
}
