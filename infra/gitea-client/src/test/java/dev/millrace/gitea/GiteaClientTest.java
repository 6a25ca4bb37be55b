package dev.millrace.gitea;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.patch;
import static com.github.tomakehurst.wiremock.client.WireMock.patchRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.millrace.gitea.Gitea.CommitStatus;
import dev.millrace.gitea.Gitea.NewPullRequest;
import dev.millrace.gitea.Gitea.Reaction;
import dev.millrace.schemas.id.RepoId;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GiteaClientTest {
    private static final RepoId REPO = new RepoId("alice", "demo2");
    private static final String API = "/gitea/api/v1/repos/alice/demo2";
    private static final String TOKEN = "0123456789abcdef0123456789abcdef01234567";
    private static final String SHA = "aa119727ce6afddaa49133156aa83f8910b08ab0";
    private static final String PULL = """
            {"number": 3, "title": "Fix", "body": "", "state": "%s", "merged": false, "url": "http://elsewhere/x",
             "html_url": "http://elsewhere/x", "head": {"label": "millrace/a", "ref": "refs/pull/3/head", "repo_id": 2},
             "base": {"label": "main", "ref": "main", "repo_id": %d}}
            """;

    private final WireMockServer forge = new WireMockServer(
            WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());
    private GiteaClient client = unconnected();

    private static GiteaClient unconnected() {
        return GiteaClient.connect(URI.create("http://127.0.0.1:1/"), TOKEN, Duration.ofSeconds(1));
    }

    @BeforeEach
    void start() {
        forge.start();
        client = connect(Duration.ofSeconds(20));
    }

    @AfterEach
    void stop() {
        client.close();
        forge.stop();
    }

    private GiteaClient connect(Duration timeout) {
        return GiteaClient.connect(URI.create(forge.baseUrl() + "/gitea/"), TOKEN, timeout);
    }

    @Test
    void theTokenGoesInTheHeaderBehindThePathPrefix() {
        forge.stubFor(get("/gitea/api/v1/user")
                .willReturn(okJson("{\"id\":2,\"login\":\"agent-bot\",\"email\":\"b@example.com\",\"new\":{}}")));

        assertThat(client.self()).isEqualTo(new Gitea.User(2, "agent-bot", "b@example.com"));
        forge.verify(getRequestedFor(urlEqualTo("/gitea/api/v1/user"))
                .withHeader("Authorization", equalTo("token " + TOKEN)));
    }

    @Test
    void gitGoesWhereTheConfigurationSaysAndCarriesNoCredentials() {
        assertThat(client.gitUrl(REPO)).hasToString(forge.baseUrl() + "/gitea/alice/demo2.git");
    }

    @Test
    void anIssueIsReadWithWhatOldAndNewVersionsLeaveOut() {
        forge.stubFor(get(API + "/issues/2").willReturn(okJson("""
                        {"number": 2, "title": "Second", "body": "plain", "user": {"login": "bob", "username": "bob"},
                         "labels": [{"id": 3, "name": "agent"}], "assignees": null, "state": "open", "pull_request": null}
                        """)));
        forge.stubFor(get(API + "/issues/3")
                .willReturn(okJson("{\"number\":3,\"labels\":null,\"pull_request\":{\"merged\":false}}")));
        forge.stubFor(get(API + "/issues/4").willReturn(jsonResponse("{\"message\":\"no\"}", 404)));

        assertThat(client.issue(REPO, 2))
                .contains(new Gitea.Issue(2, "Second", "plain", "bob", "open", List.of("agent"), false));
        assertThat(client.issue(REPO, 3)).contains(new Gitea.Issue(3, "", "", "", "", List.of(), true));
        assertThat(client.issue(REPO, 4)).isEmpty();
    }

    @Nested
    class MayWrite {
        private static final String PERMISSION = API + "/collaborators/bob/permission";

        @ParameterizedTest
        @CsvSource({"owner,true", "admin,true", "write,true", "read,false", "none,false", "writer,false"})
        void followsThePermission(String permission, boolean may) {
            forge.stubFor(get(PERMISSION).willReturn(okJson("{\"permission\":\"%s\"}".formatted(permission))));

            assertThat(client.mayWrite(REPO, "bob")).isEqualTo(may);
        }

        @ParameterizedTest
        @ValueSource(ints = {403, 404})
        void asksWhoMayBeAssignedWhereThePermissionIsNotToldToTheBot(int refused) {
            forge.stubFor(get(urlMatching(API + "/collaborators/.*")).willReturn(status(refused)));
            forge.stubFor(get(API + "/assignees").willReturn(okJson("[{\"login\":\"alice\"},{\"login\":\"Bob\"}]")));

            assertThat(client.mayWrite(REPO, "bob")).isTrue();
            assertThat(client.mayWrite(REPO, "mallory")).isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "..", "../../../admin", "a b", "bob/permission?x=", "-bob"})
        void isNeverAskedForWhatIsNoLogin(String login) {
            assertThat(client.mayWrite(REPO, login)).isFalse();
            assertThat(forge.getAllServeEvents()).isEmpty();
        }

        @Test
        void isNotAnsweredWhenTheForgeIsAway() {
            forge.stubFor(get(PERMISSION).willReturn(status(502)));

            assertThatExceptionOfType(ForgeUnavailable.class).isThrownBy(() -> client.mayWrite(REPO, "bob"));
        }
    }

    @Nested
    class Labelled {
        private void page(int page, ResponseDefinitionBuilder answer) {
            forge.stubFor(
                    get(API + "/issues/2/timeline?page=" + page + "&limit=50").willReturn(answer));
        }

        @Test
        void isTheNewestAdditionOverAllPagesHoweverShortTheyAre() {
            page(1, okJson("""
                            [{"id": 10, "type": "label", "body": "1", "label": {"name": "agent"}},
                             {"id": 11, "type": "comment", "body": "1", "label": null}]
                            """));
            page(2, okJson("""
                            [{"id": 12, "type": "label", "body": "1", "label": {"name": "agent"}},
                             {"id": 13, "type": "label", "body": "", "label": {"name": "agent"}},
                             {"id": 14, "type": "label", "body": "1", "label": {"name": "other"}}]
                            """));
            page(3, okJson("null"));

            assertThat(client.labelled(REPO, 2, "agent")).contains(12L);
        }

        @Test
        void isEmptyWhereThisGiteaHasNoTimeline() {
            page(1, aResponse().withStatus(404).withBody("404 page not found"));

            assertThat(client.labelled(REPO, 2, "agent")).isEmpty();
        }

        @Test
        void isNotReadForEverFromAForgeWhoseListHasNoEnd() {
            forge.stubFor(get(API + "/issues/2").willReturn(okJson("{\"number\":2}")));
            forge.stubFor(get(urlPathEqualTo(API + "/issues/2/timeline"))
                    .willReturn(okJson("[{\"id\":1,\"type\":\"comment\"}]")));

            assertThatExceptionOfType(ForgeUnavailable.class)
                    .isThrownBy(() -> client.labelled(REPO, 2, "agent"))
                    .withMessageContaining("pages");
        }
    }

    @Nested
    class Comments {
        @Test
        void areReadInOneAnswer() {
            forge.stubFor(get(API + "/issues/2/comments")
                    .willReturn(okJson(
                            "[{\"id\":1,\"user\":{\"login\":\"bob\"},\"body\":\"one\"},{\"id\":2,\"user\":null}]")));

            assertThat(client.comments(REPO, 2))
                    .containsExactly(new Gitea.Comment(1, "bob", "one"), new Gitea.Comment(2, "", ""));
        }

        @Test
        void areWrittenAndEdited() {
            forge.stubFor(post(API + "/issues/2/comments")
                    .willReturn(jsonResponse("{\"id\":7,\"user\":{\"login\":\"agent-bot\"},\"body\":\"hi\"}", 201)));
            forge.stubFor(patch(urlEqualTo(API + "/issues/comments/7"))
                    .willReturn(okJson("{\"id\":7,\"user\":{\"login\":\"agent-bot\"},\"body\":\"ho\"}")));

            assertThat(client.addComment(REPO, 2, "hi")).isEqualTo(new Gitea.Comment(7, "agent-bot", "hi"));
            assertThat(client.editComment(REPO, 7, "ho").body()).isEqualTo("ho");
            forge.verify(postRequestedFor(urlEqualTo(API + "/issues/2/comments"))
                    .withRequestBody(equalToJson("{\"body\":\"hi\"}")));
        }

        @Test
        void onAnIssueThatIsNotThereAreRefusedThoughGiteaAnswers500() {
            forge.stubFor(post(API + "/issues/9/comments").willReturn(jsonResponse("{\"message\":\"\"}", 500)));
            forge.stubFor(get(API + "/issues/9").willReturn(status(404)));

            assertThatExceptionOfType(ForgeRefused.class)
                    .isThrownBy(() -> client.addComment(REPO, 9, "hi"))
                    .satisfies(refused -> assertThat(refused.status()).isEqualTo(404));
        }

        @Test
        void onAnIssueThatIsThereAreTriedAgainAfterA500() {
            forge.stubFor(post(API + "/issues/2/comments").willReturn(status(500)));
            forge.stubFor(get(API + "/issues/2").willReturn(okJson("{\"number\":2}")));

            assertThatExceptionOfType(ForgeUnavailable.class).isThrownBy(() -> client.addComment(REPO, 2, "hi"));
        }

        @ParameterizedTest
        @ValueSource(ints = {204, 403})
        void ofOthersAreRefusedWithAnEmptyAnswer(int status) {
            forge.stubFor(patch(urlEqualTo(API + "/issues/comments/7")).willReturn(status(status)));

            assertThatExceptionOfType(ForgeRefused.class)
                    .isThrownBy(() -> client.editComment(REPO, 7, "ho"))
                    .satisfies(refused -> assertThat(refused.status()).isEqualTo(status));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201})
    void aReactionTwiceIsOne(int status) {
        forge.stubFor(post(urlMatching(API + "/issues/.*/reactions"))
                .willReturn(jsonResponse("{\"content\":\"+1\"}", status)));

        client.reactToIssue(REPO, 2, Reaction.EYES);
        client.reactToComment(REPO, 7, Reaction.THUMBS_UP);

        forge.verify(postRequestedFor(urlEqualTo(API + "/issues/2/reactions"))
                .withRequestBody(equalToJson("{\"content\":\"eyes\"}")));
        forge.verify(postRequestedFor(urlEqualTo(API + "/issues/comments/7/reactions"))
                .withRequestBody(equalToJson("{\"content\":\"+1\"}")));
    }

    @Nested
    class PullRequests {
        private void version(String version) {
            forge.stubFor(get("/gitea/api/v1/version").willReturn(okJson("{\"version\":\"%s\"}".formatted(version))));
        }

        private void list(int page, String... pulls) {
            forge.stubFor(get(API + "/pulls?state=all&page=" + page + "&limit=50")
                    .willReturn(okJson("[" + String.join(",", pulls) + "]")));
        }

        private static String pull(long number, String head, long headRepo) {
            return """
            {"number": %d, "state": "closed", "head": {"label": "%s", "repo_id": %d}, "base": {"label": "main", "repo_id": 2}}
            """.formatted(number, head, headRepo);
        }

        @Test
        void betweenTwoBranchesAreAskedForDirectlySince122() {
            version("1.26.3");
            forge.stubFor(get(API + "/pulls/main/millrace/a%20b").willReturn(okJson(PULL.formatted("open", 2))));

            assertThat(client.pullRequest(REPO, "millrace/a b", "main"))
                    .map(Gitea.PullRequest::number)
                    .contains(3L);
            assertThat(client.pullRequest(REPO, "millrace/a b", "main")).isPresent();
            assertThat(client.pullRequest(REPO, "millrace/none", "main")).isEmpty();
            forge.verify(1, getRequestedFor(urlEqualTo("/gitea/api/v1/version")));
        }

        @Test
        void thatAreClosedDoNotHideANewerOne() {
            version("1.26.3");
            forge.stubFor(get(API + "/pulls/main/millrace/a").willReturn(okJson(PULL.formatted("closed", 2))));
            list(1, pull(9, "millrace/b", 2), pull(8, "millrace/a", 7), pull(5, "millrace/a", 2));

            assertThat(client.pullRequest(REPO, "millrace/a", "main"))
                    .map(Gitea.PullRequest::number)
                    .contains(5L);
        }

        @Test
        void areListedNoFurtherThanToTheOneThatIsKnown() {
            version("7.0.1+gitea-1.22.0");
            forge.stubFor(get(API + "/pulls/main/millrace/a").willReturn(okJson(PULL.formatted("closed", 2))));
            list(1, pull(9, "millrace/b", 2), pull(3, "millrace/a", 2));

            assertThat(client.pullRequest(REPO, "millrace/a", "main"))
                    .map(Gitea.PullRequest::number)
                    .contains(3L);
            forge.verify(0, getRequestedFor(urlMatching(".*page=2.*")));
        }

        @ParameterizedTest
        @ValueSource(strings = {"1.15.11", "1.21.4+dev", "development"})
        void areLookedForInTheListBefore122(String version) {
            version(version);
            list(1, pull(9, "millrace/b", 2));
            list(2, pull(4, "millrace/a", 2));
            list(3);

            assertThat(client.pullRequest(REPO, "millrace/a", "main"))
                    .map(Gitea.PullRequest::number)
                    .contains(4L);
            assertThat(client.pullRequest(REPO, "millrace/c", "main")).isEmpty();
        }

        @Test
        void intoABaseWithASlashAreLookedForInTheList() {
            version("1.26.3");
            list(1);

            assertThat(client.pullRequest(REPO, "millrace/a", "release/1")).isEmpty();
        }

        @Test
        void leadToTheConfiguredAddressWhateverTheForgeSays() {
            forge.stubFor(get(API + "/pulls/3").willReturn(okJson(PULL.formatted("open", 2))));

            assertThat(client.pullRequest(REPO, 3))
                    .contains(new Gitea.PullRequest(
                            3, "Fix", "", "open", false, URI.create(forge.baseUrl() + "/gitea/alice/demo2/pulls/3")));
            assertThat(client.pullRequest(REPO, 4)).isEmpty();
        }

        @Test
        void areOpenedAndEdited() {
            forge.stubFor(post(API + "/pulls").willReturn(jsonResponse(PULL.formatted("open", 2), 201)));
            forge.stubFor(patch(urlEqualTo(API + "/pulls/3")).willReturn(jsonResponse(PULL.formatted("open", 2), 201)));

            assertThat(client.openPullRequest(REPO, new NewPullRequest("Fix", "b", "millrace/a", "main"))
                            .number())
                    .isEqualTo(3);
            assertThat(client.editPullRequest(REPO, 3, "Fix", "c").number()).isEqualTo(3);
            forge.verify(postRequestedFor(urlEqualTo(API + "/pulls"))
                    .withRequestBody(equalToJson(
                            "{\"title\":\"Fix\",\"body\":\"b\",\"head\":\"millrace/a\",\"base\":\"main\"}")));
            forge.verify(patchRequestedFor(urlEqualTo(API + "/pulls/3"))
                    .withRequestBody(equalToJson("{\"title\":\"Fix\",\"body\":\"c\"}")));
        }

        @Test
        void thatAreThereAlreadyAreRefusedWith409() {
            forge.stubFor(post(API + "/pulls")
                    .willReturn(jsonResponse("{\"message\":\"pull request already exists for these targets\"}", 409)));

            assertThatExceptionOfType(ForgeRefused.class)
                    .isThrownBy(() -> client.openPullRequest(REPO, new NewPullRequest("t", "b", "h", "main")))
                    .withMessageContaining("already exists")
                    .satisfies(refused -> assertThat(refused.status()).isEqualTo(409));
        }
    }

    @Nested
    class Status {
        private final CommitStatus status =
                new CommitStatus(CommitStatus.State.SUCCESS, "millrace", "done", "https://console.example.org/t/1");

        @Test
        void isSetInGiteasWords() {
            forge.stubFor(post(API + "/statuses/" + SHA).willReturn(jsonResponse("{\"id\":1}", 201)));

            client.setStatus(REPO, SHA, status);

            forge.verify(postRequestedFor(urlEqualTo(API + "/statuses/" + SHA)).withRequestBody(equalToJson("""
                                            {"state": "success", "context": "millrace", "description": "done",
                                             "target_url": "https://console.example.org/t/1"}
                                            """)));
        }

        @Test
        void ofACommitThatIsNotThereIsRefusedThoughGiteaAnswers500() {
            forge.stubFor(post(API + "/statuses/" + SHA).willReturn(status(500)));
            forge.stubFor(get(API + "/git/commits/" + SHA).willReturn(status(404)));

            assertThatExceptionOfType(ForgeRefused.class).isThrownBy(() -> client.setStatus(REPO, SHA, status));
        }

        @Test
        void isNeverAskedForABranch() {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> client.setStatus(REPO, "../../x", status));
        }
    }

    @Nested
    class WhenTheForgeFails {
        private void answers(ResponseDefinitionBuilder answer) {
            forge.stubFor(get(anyUrl()).willReturn(answer));
        }

        @ParameterizedTest
        @ValueSource(ints = {408, 429, 500, 502, 503})
        void laterMayHelp(int status) {
            answers(status(status));

            assertThatExceptionOfType(ForgeUnavailable.class).isThrownBy(() -> client.repository(REPO));
        }

        @Test
        void aTokenThatIsNotTakenIsTheOperatorsToMend() {
            answers(status(401));

            assertThatExceptionOfType(ForgeUnavailable.class)
                    .isThrownBy(() -> client.repository(REPO))
                    .withMessageContaining("millrace.gitea.token-file");
        }

        @ParameterizedTest
        @ValueSource(ints = {400, 403, 412, 422, 423})
        void aRefusalKeepsItsStatus(int status) {
            answers(jsonResponse("{\"message\":\"not you\",\"url\":\"\"}", status));

            assertThatExceptionOfType(ForgeRefused.class)
                    .isThrownBy(() -> client.repository(REPO))
                    .withMessageContaining("not you")
                    .satisfies(refused -> assertThat(refused.status()).isEqualTo(status));
        }

        @ParameterizedTest
        @ValueSource(ints = {301, 302, 307})
        void aRedirectIsNotFollowed(int status) {
            forge.stubFor(get(API).willReturn(status(status).withHeader("Location", "/elsewhere")));

            assertThatExceptionOfType(ForgeRefused.class)
                    .isThrownBy(() -> client.repository(REPO))
                    .withMessageContaining("millrace.gitea.url");
            forge.verify(0, getRequestedFor(urlEqualTo("/elsewhere")));
        }

        @ParameterizedTest
        @ValueSource(strings = {"<html>Sign in</html>", "{\"full_name\":", "[]", "null", "17"})
        void garbageIsNoAnswer(String body) {
            answers(okJson(body));

            assertThatExceptionOfType(ForgeUnavailable.class)
                    .isThrownBy(() -> client.repository(REPO))
                    .withMessageNotContaining("Sign in");
        }

        @Test
        void aHugeAnswerIsCutOff() {
            answers(okJson("{\"x\":\"" + "x".repeat(Exchange.MOST_BYTES) + "\"}"));

            assertThatExceptionOfType(ForgeUnavailable.class).isThrownBy(() -> client.repository(REPO));
        }

        @Test
        void aBodyThatTricklesIsNotWaitedFor() {
            answers(okJson("{\"full_name\":\"alice/demo2\"}").withChunkedDribbleDelay(20, 60_000));
            try (var hurried = connect(Duration.ofMillis(300))) {
                assertThatExceptionOfType(ForgeUnavailable.class)
                        .isThrownBy(() -> hurried.repository(REPO))
                        .withMessageContaining("PT0.3S");
            }
        }

        @Test
        void aConnectionThatBreaksIsNoAnswer() {
            answers(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));

            assertThatExceptionOfType(ForgeUnavailable.class).isThrownBy(() -> client.repository(REPO));
        }

        @Test
        void anInterruptedCallerStaysInterrupted() {
            answers(okJson("{}"));
            Thread.currentThread().interrupt();

            assertThatExceptionOfType(ForgeUnavailable.class).isThrownBy(() -> client.repository(REPO));
            assertThat(Thread.interrupted()).isTrue();
        }

        @Test
        void anEchoedTokenIsTakenOut() {
            answers(status(403).withBody("bad header: token " + TOKEN + "\r\n\u001b[31m"));

            assertThatExceptionOfType(ForgeRefused.class)
                    .isThrownBy(() -> client.repository(REPO))
                    .withMessageNotContaining(TOKEN)
                    .withMessageContaining("token ***")
                    .withMessageNotContaining("\u001b");
        }
    }
}
