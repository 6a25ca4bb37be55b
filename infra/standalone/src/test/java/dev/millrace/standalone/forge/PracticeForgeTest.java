package dev.millrace.standalone.forge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.millrace.gitea.Gitea.CommitStatus;
import dev.millrace.gitea.Gitea.NewPullRequest;
import dev.millrace.schemas.id.RepoId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PracticeForgeTest {
    private static final RepoId REPO = GiteaContract.REPO;
    private static final String EVIL = "<script>alert('x')</script>";

    private static HttpResponse<String> send(PracticeForge forge, String method, String path, String token, String body)
            throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(forge.url() + path))
                    .timeout(Duration.ofSeconds(30))
                    .method(method, BodyPublishers.ofString(body));
            if (!token.isEmpty()) {
                request.header("Authorization", "token " + token);
            }
            return http.send(request.build(), BodyHandlers.ofString());
        }
    }

    @Test
    void aForgeThatIsStartedAgainKnowsEverything(@TempDir Path dir, @TempDir Path work) throws Exception {
        String commit;
        long number;
        long event;
        try (var fixture = fixture(dir, work.resolve("one"))) {
            number = fixture.issue("Kept", "body");
            fixture.label(number, "agent");
            event = fixture.as("agent-bot").labelled(REPO, number, "agent").orElseThrow();
            commit = fixture.push("millrace/a");
            fixture.as("agent-bot").openPullRequest(REPO, new NewPullRequest("Pull", "", "millrace/a", "main"));
        }
        try (var fixture = fixture(dir, work.resolve("two"))) {
            var bot = fixture.as("agent-bot");
            assertThat(bot.issue(REPO, number).orElseThrow().labels()).containsExactly("agent");
            assertThat(bot.labelled(REPO, number, "agent")).contains(event);
            assertThat(bot.pullRequest(REPO, "millrace/a", "main").orElseThrow().title())
                    .isEqualTo("Pull");
            bot.setStatus(REPO, commit, new CommitStatus(CommitStatus.State.SUCCESS, "c", "d", ""));
            assertThat(fixture.issue("Next", "")).isEqualTo(number + 2);
        }
    }

    private static ForgeFixture fixture(Path dir, Path work) throws Exception {
        var forge = DemoForge.start(dir);
        return ForgeFixture.practice(forge, forge.url(), work);
    }

    @Test
    void theStateIsForItsOwnerOnly(@TempDir Path dir) throws IOException {
        DemoForge.start(dir).close();

        assertThat(Files.getPosixFilePermissions(dir.resolve("state.json")))
                .extracting(Enum::name)
                .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
    }

    @Test
    void aStateThatIsNoneIsNamed(@TempDir Path dir) throws IOException {
        Files.writeString(dir.resolve("state.json"), "{\"accounts\": 7}");

        assertThatIllegalStateException()
                .isThrownBy(() -> PracticeForge.start(dir, 0))
                .withMessageContaining("state.json");
    }

    @Test
    void theDemosIssueHasTheNumberItAsksFor(@TempDir Path dir) throws IOException {
        try (var forge = DemoForge.start(dir)) {
            forge.createIssue(REPO, 2, "bob", "Second", "plain");
            forge.label(REPO, 2, "agent", "alice");

            assertThat(forge.createIssue(REPO, "bob", "Third", "")).isEqualTo(3);
            assertThatIllegalArgumentException().isThrownBy(() -> forge.createIssue(REPO, 2, "bob", "Again", ""));
            assertThatIllegalArgumentException().isThrownBy(() -> forge.label(REPO, 2, "absent", "alice"));
            assertThatIllegalArgumentException().isThrownBy(() -> forge.createAccount("Bob", "other"));
            assertThatIllegalArgumentException().isThrownBy(() -> forge.createAccount("carl", DemoForge.token("bob")));
        }
    }

    @Test
    void pagesEscapeWhatPeopleWrote(@TempDir Path dir, @TempDir Path work) throws Exception {
        var forge = DemoForge.start(dir);
        try (var fixture = ForgeFixture.practice(forge, forge.url(), work.resolve("clone"))) {
            forge.createIssue(REPO, 2, "bob", EVIL, EVIL);
            fixture.as("bob").addComment(REPO, 2, EVIL);
            String commit = fixture.push("millrace/a");
            var pull =
                    fixture.as("agent-bot").openPullRequest(REPO, new NewPullRequest(EVIL, EVIL, "millrace/a", "main"));
            fixture.as("agent-bot")
                    .setStatus(REPO, commit, new CommitStatus(CommitStatus.State.SUCCESS, EVIL, "all good", ""));

            for (String path :
                    new String[] {"/", "/alice/demo2", "/alice/demo2/issues/2", "/alice/demo2/pulls/" + pull.number()
                    }) {
                var page = send(forge, "GET", path, "", "");
                assertThat(page.statusCode()).as(path).isEqualTo(200);
                assertThat(page.body()).as(path).doesNotContain("<script").startsWith("<!doctype html>");
            }
            var page = send(forge, "GET", "/alice/demo2/pulls/" + pull.number(), "", "")
                    .body();
            assertThat(page).contains("&lt;script&gt;", "+millrace/a", "all good", "millrace/a");
            assertThat(send(forge, "GET", "/alice/demo2/pulls/%d.diff".formatted(pull.number()), "", "")
                            .body())
                    .startsWith("diff --git a/file.txt b/file.txt");
        }
    }

    @Test
    void aHiddenRepositoryHasNoPage(@TempDir Path dir) throws Exception {
        try (var forge = DemoForge.start(dir)) {
            forge.restrict(REPO, true, false, false);

            assertThat(send(forge, "GET", "/alice/demo2", "", "").statusCode()).isEqualTo(404);
            assertThat(send(forge, "GET", "/", "", "").body()).doesNotContain("demo2");
            assertThat(send(forge, "GET", "/api/v1/repos/alice/demo2", DemoForge.token("bob"), "")
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | /user | | | 401",
                "GET | /user | wrong | | 401",
                "GET | /no/such/route | bob | | 404",
                "GET | /repos/alice/../demo2 | bob | | 404",
                "GET | /repos/alice/%2e%2e | bob | | 404",
                "POST | /repos/alice/demo2/issues | bob | {\"body\":\"no title\"} | 422",
                "POST | /repos/alice/demo2/issues | bob | {broken | 422",
                "POST | /repos/alice/demo2/issues | | {\"title\":\"t\"} | 401",
                "POST | /repos/alice/demo2/issues/9/comments | bob | {\"body\":\"b\"} | 500",
                "GET | /repos/alice/demo2/issues/9/timeline | bob | | 500",
                "POST | /repos/alice/demo2/issues/2/labels | bob | {\"labels\":[1]} | 403",
                "POST | /repos/alice/demo2/issues/2/labels | alice | {\"labels\":[1,\"agent\"]} | 400",
                "PUT | /repos/alice/demo2/issues/2/labels | alice | {\"labels\":[1]} | 200",
                "DELETE | /repos/alice/demo2/issues/2/labels/77 | alice | | 422",
                "POST | /repos/alice/demo2/issues/2/reactions | bob | {\"content\":\"party\"} | 403",
                "GET | /repos/alice/demo2/collaborators/alice/permission | bob | | 403",
                "GET | /repos/alice/demo2/collaborators/bob/permission | bob | | 200",
                "GET | /repos/alice/demo2/collaborators/zoe/permission | alice | | 404",
                "POST | /repos/alice/demo2/hooks | bob | {\"type\":\"gitea\"} | 403",
                "POST | /repos/alice/demo2/hooks | alice | {\"type\":\"gitea\",\"config\":{\"url\":\"file:///x\"}} | 422"
            })
    void theApiRefusesAsGiteaDoes(
            String method, String path, @Nullable String login, @Nullable String body, int status, @TempDir Path dir)
            throws Exception {
        try (var forge = DemoForge.start(dir)) {
            forge.createIssue(REPO, 2, "bob", "Second", "plain");
            String token = login == null ? "" : login.equals("wrong") ? "wrong" : DemoForge.token(login);

            assertThat(send(forge, method, "/api/v1" + path, token, body == null ? "" : body)
                            .statusCode())
                    .isEqualTo(status);
        }
    }

    @Test
    void anArchivedRepositoryIsLocked(@TempDir Path dir) throws Exception {
        try (var forge = DemoForge.start(dir)) {
            forge.restrict(REPO, false, true, false);

            assertThat(send(
                                    forge,
                                    "POST",
                                    "/api/v1/repos/alice/demo2/issues",
                                    DemoForge.token("bob"),
                                    "{\"title\":\"t\"}")
                            .statusCode())
                    .isEqualTo(423);
        }
    }

    @Test
    void anEmptyRepositorySaysSo(@TempDir Path dir) throws Exception {
        try (var forge = DemoForge.start(dir)) {
            forge.createRepository(new RepoId("bob", "void"), Map.of());

            assertThat(send(forge, "GET", "/api/v1/repos/bob/void", "", "").body())
                    .contains("\"empty\":true");
            assertThat(send(forge, "GET", "/bob/void", "", "").statusCode()).isEqualTo(200);
        }
    }
}
