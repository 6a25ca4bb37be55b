package dev.millrace.standalone.forge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.gitea.Gitea;
import dev.millrace.gitea.GiteaClient;
import dev.millrace.schemas.id.RepoId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.TransportException;
import org.eclipse.jgit.transport.RemoteRefUpdate.Status;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitTransportTest {
    private static final RepoId REPO = GiteaContract.REPO;

    @TempDir
    @Nullable
    Path dir;

    private @Nullable PracticeForge started;

    @BeforeEach
    void start() throws IOException {
        started = DemoForge.start(at("forge"));
    }

    @AfterEach
    void stop() {
        forge().close();
    }

    private PracticeForge forge() {
        return Objects.requireNonNull(started);
    }

    private Path at(String name) {
        return Objects.requireNonNull(dir).resolve(name);
    }

    private URI url() {
        return URI.create(forge().url() + "/alice/demo2.git");
    }

    private GitHands hands(String login) throws GitAPIException {
        return GitHands.clone(url(), DemoForge.token(login), at(login));
    }

    @Nested
    class Pushes {
        @Test
        void byAWriterAreTaken() throws Exception {
            try (var bot = hands("agent-bot")) {
                String commit = bot.commit("a.txt", "a");

                assertThat(bot.push("main", "refs/heads/millrace/a").getStatus())
                        .isEqualTo(Status.OK);
                assertThat(bot.fetch("refs/heads/millrace/a")).isEqualTo(commit);
            }
        }

        @Test
        void byAReaderAreDeclinedByTheHookAndNotByHttp() throws Exception {
            try (var bob = hands("bob")) {
                bob.commit("a.txt", "a");
                var update = bob.push("main", "refs/heads/bobs");

                assertThat(update.getStatus()).isEqualTo(Status.REJECTED_OTHER_REASON);
                assertThat(update.getMessage()).isEqualTo("pre-receive hook declined");
            }
        }

        @Test
        void toAProtectedBranchAreDeclined() throws Exception {
            forge().restrict(REPO, false, false, true);
            try (var bot = hands("agent-bot")) {
                bot.commit("a.txt", "a");

                assertThat(bot.push("main", "refs/heads/main").getMessage()).isEqualTo("pre-receive hook declined");
                assertThat(bot.push("main", "refs/heads/millrace/a").getStatus())
                        .isEqualTo(Status.OK);
            }
        }

        @Test
        void toAnArchivedRepositoryAreRefused() throws Exception {
            try (var bot = hands("agent-bot")) {
                bot.commit("a.txt", "a");
                forge().restrict(REPO, false, true, false);

                assertThatExceptionOfType(TransportException.class)
                        .isThrownBy(() -> bot.push("main", "refs/heads/millrace/a"));
            }
        }

        @Test
        void toAPullRequestsReferenceAreDeclined() throws Exception {
            try (var bot = hands("agent-bot")) {
                bot.commit("a.txt", "a");

                assertThat(bot.push("main", "refs/pull/1/head").getStatus()).isEqualTo(Status.REJECTED_OTHER_REASON);
            }
        }

        @Test
        void moveTheHeadOfAnOpenPullRequest() throws Exception {
            try (var bot = hands("agent-bot");
                    var client =
                            GiteaClient.connect(forge().url(), DemoForge.token("agent-bot"), Duration.ofSeconds(30))) {
                String first = bot.commit("a.txt", "a");
                bot.push("main", "refs/heads/millrace/a");
                var pull = client.openPullRequest(REPO, new Gitea.NewPullRequest("t", "", "millrace/a", "main"));
                String ref = "refs/pull/%d/head".formatted(pull.number());
                assertThat(bot.fetch(ref)).isEqualTo(first);

                String second = bot.commit("b.txt", "b");
                bot.push("main", "refs/heads/millrace/a");

                assertThat(bot.fetch(ref)).isEqualTo(second);
            }
        }
    }

    @Nested
    class WithoutJGit {
        private final List<String> output = new ArrayList<>();

        private int git(@Nullable Path where, String... arguments) throws IOException, InterruptedException {
            var command = new ArrayList<>(List.of("git", "-c", "user.name=bot", "-c", "user.email=bot@example.com"));
            command.addAll(List.of(arguments));
            Path log = at("git.log");
            var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putAll(Map.of("GIT_TERMINAL_PROMPT", "0", "GIT_CONFIG_NOSYSTEM", "1", "LC_ALL", "C"));
            builder.environment().put("HOME", at("home").toString());
            builder.environment()
                    .keySet()
                    .removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
            if (where != null) {
                builder.directory(where.toFile());
            }
            var process = builder.start();
            try {
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                process.destroyForcibly();
            }
            output.clear();
            output.addAll(Files.readAllLines(log));
            return process.exitValue();
        }

        private String authorization(String login) {
            String pair = "anybody:" + DemoForge.token(login);
            return "http.extraHeader=Authorization: Basic "
                    + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "1", "2"})
        void gitItselfClonesAndPushesInEveryProtocolVersion(String version) throws Exception {
            assumeTrue(installed(), "git is not installed");
            String protocol = "protocol.version=" + version;
            Path clone = at("cli");
            assertThat(git(null, "-c", protocol, "clone", url().toString(), clone.toString()))
                    .as("%s", output)
                    .isZero();
            assertThat(clone.resolve("README.md")).hasContent("# Demo\n");
            assertThat(clone.resolve("src/add.sh")).isExecutable();

            Files.writeString(clone.resolve("big.txt"), "0123456789abcdef\n".repeat(200_000));
            git(clone, "add", "-A");
            assertThat(git(clone, "commit", "-m", "big")).as("%s", output).isZero();
            assertThat(git(
                            clone,
                            "-c",
                            protocol,
                            "-c",
                            authorization("agent-bot"),
                            "push",
                            "origin",
                            "HEAD:refs/heads/millrace/x"))
                    .as("%s", output)
                    .isZero();
            assertThat(git(clone, "-c", protocol, "fetch", "origin", "millrace/x"))
                    .isZero();
        }

        @Test
        void gitItselfIsToldWhyItsPushIsDeclined() throws Exception {
            assumeTrue(installed(), "git is not installed");
            forge().restrict(REPO, false, false, true);
            Path clone = at("cli");
            git(null, "clone", url().toString(), clone.toString());
            git(clone, "commit", "--allow-empty", "-m", "empty");

            assertThat(git(clone, "-c", authorization("agent-bot"), "push", "origin", "HEAD:main"))
                    .isNotZero();
            assertThat(String.join("\n", output))
                    .contains("remote: Gitea: Not allowed to push to protected branch main")
                    .contains("[remote rejected] HEAD -> main (pre-receive hook declined)");
        }

        @Test
        void gitItselfMayNotPushAnonymously() throws Exception {
            assumeTrue(installed(), "git is not installed");
            Path clone = at("cli");
            git(null, "clone", url().toString(), clone.toString());

            assertThat(git(clone, "push", "origin", "HEAD:refs/heads/x")).isNotZero();
        }

        private boolean installed() throws InterruptedException {
            try {
                Files.createDirectories(at("home"));
                return git(null, "--version") == 0;
            } catch (IOException _) {
                return false;
            }
        }
    }

    @Nested
    class OverHttp {
        private int status(String path, String authorization) throws IOException, InterruptedException {
            try (var http = HttpClient.newHttpClient()) {
                var request =
                        HttpRequest.newBuilder(URI.create(forge().url() + path)).timeout(Duration.ofSeconds(30));
                if (!authorization.isEmpty()) {
                    request.header("Authorization", authorization);
                }
                return http.send(request.build(), BodyHandlers.discarding()).statusCode();
            }
        }

        @Test
        void aHiddenRepositoryIsThereForItsMembersOnly() throws Exception {
            String refs = "/alice/demo2.git/info/refs?service=git-upload-pack";
            assertThat(status(refs, "")).isEqualTo(200);
            forge().restrict(REPO, true, false, false);

            assertThat(status(refs, "")).isEqualTo(401);
            assertThat(status(refs, "token " + DemoForge.token("bob"))).isEqualTo(404);
            assertThat(status(refs, "token " + DemoForge.token("agent-bot"))).isEqualTo(200);
        }

        @Test
        void wrongCredentialsAreRefusedEvenWhereNoneAreNeeded() throws Exception {
            String refs = "/alice/demo2.git/info/refs?service=git-upload-pack";
            assertThat(status(refs, "token wrong")).isEqualTo(401);
            assertThat(status(refs, "Basic %%%")).isEqualTo(401);
            assertThat(status(refs, "Basic")).isEqualTo(401);
        }

        @Test
        void whatIsNoRepositoryIsNotFound() throws Exception {
            String bot = "token " + DemoForge.token("agent-bot");
            assertThat(status("/alice/absent.git/info/refs?service=git-upload-pack", bot))
                    .isEqualTo(404);
            assertThat(status("/..%2f..%2fetc/passwd.git/info/refs?service=git-upload-pack", bot))
                    .isEqualTo(404);
            assertThat(status("/alice/demo2.git/info/refs", bot)).isEqualTo(403);
            assertThat(status("/alice/demo2.git/info/refs?service=git-upload-archive", bot))
                    .isEqualTo(403);
            assertThat(status("/alice/demo2.git/git-upload-pack", bot)).isEqualTo(405);
        }

        @Test
        void aRequestMayBeCompressed() throws Exception {
            try (var bot = hands("agent-bot");
                    var http = HttpClient.newHttpClient()) {
                String main = bot.fetch("refs/heads/main");
                var body = new ByteArrayOutputStream();
                try (var gzip = new GZIPOutputStream(body)) {
                    gzip.write(("0032want " + main + "\n00000009done\n").getBytes(StandardCharsets.US_ASCII));
                }
                var answer = http.send(
                        HttpRequest.newBuilder(URI.create(url() + "/git-upload-pack"))
                                .timeout(Duration.ofSeconds(30))
                                .header("Content-Type", "application/x-git-upload-pack-request")
                                .header("Content-Encoding", "gzip")
                                .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                                .build(),
                        BodyHandlers.ofString(StandardCharsets.ISO_8859_1));

                assertThat(answer.body()).startsWith("0008NAK\n").contains("PACK");
                assertThat(answer.headers().firstValue("Cache-Control"))
                        .hasValue("no-cache, max-age=0, must-revalidate");
            }
        }
    }
}
