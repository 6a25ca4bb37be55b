package dev.millrace.gitea;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import dev.millrace.gitea.GiteaHistory.Branches;
import dev.millrace.gitea.GiteaHistory.Discussion;
import dev.millrace.gitea.GiteaHistory.Entry;
import dev.millrace.gitea.GiteaHistory.Remark;
import dev.millrace.gitea.GiteaHistory.Review;
import dev.millrace.schemas.id.RepoId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GiteaHistoryTest {
    private static final RepoId REPO = new RepoId("alice", "demo2");
    private static final String API = "/api/v1/repos/alice/demo2";
    private static final String TOKEN = "0123456789abcdef0123456789abcdef01234567";
    private static final Instant SINCE = Instant.parse("2026-11-22T12:00:00.750Z");
    private static final String SINCE_QUERY = "since=2026-11-22T12:00:00Z";
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final WireMockServer forge = new WireMockServer(
            WireMockConfiguration.options().bindAddress("127.0.0.1").dynamicPort());
    private GiteaClient client = connect("http://127.0.0.1:1/");
    private GiteaHistory history = client.history();

    private static GiteaClient connect(String url) {
        return GiteaClient.connect(URI.create(url), TOKEN, Duration.ofSeconds(20));
    }

    @BeforeEach
    void start() {
        forge.start();
        client = connect(forge.baseUrl());
        history = client.history();
    }

    @AfterEach
    void stop() {
        client.close();
        forge.stop();
    }

    @Test
    void whatChangedIsAskedOfAllRepositoriesPageByPage() {
        String search = "/api/v1/repos/issues/search?state=all&" + SINCE_QUERY;
        forge.stubFor(get(search + "&page=1&limit=50").willReturn(okJson("""
                        [{"number": 2, "title": "Second", "body": "plain", "user": {"login": "bob"}, "state": "open",
                          "labels": [{"name": "agent"}, null], "assignees": [{"login": "agent-bot"}], "pull_request": null,
                          "repository": {"full_name": "alice/demo2"},
                          "created_at": "2026-11-22T13:00:00+01:00", "updated_at": "2026-11-22T12:30:00Z"},
                         {"number": 3, "repository": null}]""")));
        forge.stubFor(get(search + "&page=2&limit=50").willReturn(okJson("""
                        [{"number": 4, "pull_request": {}, "assignees": null, "repository": {"full_name": "a/b"}}]""")));
        forge.stubFor(get(search + "&page=3&limit=50").willReturn(okJson("[]")));

        assertThat(history.changed(SINCE))
                .containsExactly(
                        new Discussion(
                                REPO,
                                2,
                                "Second",
                                "plain",
                                "bob",
                                true,
                                false,
                                List.of("agent", ""),
                                List.of("agent-bot"),
                                NOON,
                                NOON.plusSeconds(1800)),
                        new Discussion(
                                new RepoId("a", "b"),
                                4,
                                "",
                                "",
                                "",
                                false,
                                true,
                                List.of(),
                                List.of(),
                                Instant.EPOCH,
                                Instant.EPOCH));
    }

    @Test
    void aTimelineTellsAdditionsFromRemovals() {
        String timeline = API + "/issues/2/timeline?" + SINCE_QUERY;
        forge.stubFor(get(timeline + "&page=1&limit=50").willReturn(okJson("""
                        [{"id": 1, "type": "label", "body": "1", "label": {"name": "agent"}, "user": {"login": "bob"},
                          "created_at": "2026-11-22T12:00:00Z"},
                         {"id": 2, "type": "label", "body": "", "label": {"name": "agent"}},
                         {"id": 3, "type": "assignees", "assignee": {"login": "agent-bot"}, "removed_assignee": false},
                         {"id": 4, "type": "assignees", "assignee": {"login": "agent-bot"}, "removed_assignee": true},
                         {"id": 5, "type": "review_request", "assignee": {"login": "agent-bot"}},
                         {"id": 6, "type": "review", "review_id": 9, "body": "well"},
                         {"id": 7, "type": "comment", "body": "hello"},
                         {"id": 8, "type": "pull_push"}]""")));
        forge.stubFor(get(timeline + "&page=2&limit=50").willReturn(okJson("null")));

        var entries = history.timeline(REPO, 2, SINCE).orElseThrow();

        assertThat(entries.getFirst())
                .isEqualTo(new Entry(1, Entry.Kind.LABELLED, "bob", "1", "agent", 0, NOON, Instant.EPOCH));
        assertThat(entries)
                .extracting(Entry::kind)
                .containsExactly(
                        Entry.Kind.LABELLED,
                        Entry.Kind.OTHER,
                        Entry.Kind.ASSIGNED,
                        Entry.Kind.OTHER,
                        Entry.Kind.REVIEW_REQUESTED,
                        Entry.Kind.REVIEWED,
                        Entry.Kind.COMMENT,
                        Entry.Kind.OTHER);
        assertThat(entries.get(2).subject()).isEqualTo("agent-bot");
        assertThat(entries.get(4).subject()).isEqualTo("agent-bot");
        assertThat(entries.get(5).review()).isEqualTo(9);
    }

    @Test
    void aForgeWithoutTimelinesIsToldFromAnIssueThatIsNotThere() {
        String query = "/timeline?" + SINCE_QUERY + "&page=1&limit=50";
        forge.stubFor(get(API + "/issues/2" + query).willReturn(status(404)));
        forge.stubFor(get(API + "/issues/3" + query).willReturn(status(500)));
        forge.stubFor(get(API + "/issues/3").willReturn(status(404)));
        forge.stubFor(get(API + "/issues/4" + query).willReturn(status(500)));
        forge.stubFor(get(API + "/issues/4").willReturn(okJson("{\"number\": 4}")));

        assertThat(history.timeline(REPO, 2, SINCE)).isEmpty();
        assertThat(history.timeline(REPO, 3, SINCE)).contains(List.of());
        assertThatExceptionOfType(ForgeUnavailable.class).isThrownBy(() -> history.timeline(REPO, 4, SINCE));
    }

    @Test
    void whatWasSaidComesInOneAnswer() {
        forge.stubFor(get(API + "/issues/2/comments?" + SINCE_QUERY).willReturn(okJson("""
                        [{"id": 7, "body": "hello", "user": {"login": "bob"}, "created_at": "2026-11-22T12:00:00Z",
                          "updated_at": "2026-11-22T12:00:00Z"}]""")));

        assertThat(history.said(REPO, 2, SINCE))
                .containsExactly(new Entry(7, Entry.Kind.COMMENT, "bob", "hello", "", 0, NOON, NOON));
    }

    @Test
    void onlyReviewsThatWereHandedInAreTold() {
        forge.stubFor(get(API + "/pulls/3/reviews?page=1&limit=50").willReturn(okJson("""
                        [{"id": 1, "user": {"login": "bob"}, "body": "well", "state": "APPROVED",
                          "submitted_at": "2026-11-22T12:00:00Z"},
                         {"id": 2, "state": "COMMENT"}, {"id": 3, "state": "REQUEST_CHANGES"},
                         {"id": 4, "state": "PENDING"}, {"id": 5, "state": "REQUEST_REVIEW"}]""")));
        forge.stubFor(get(API + "/pulls/3/reviews?page=2&limit=50").willReturn(okJson("[]")));

        assertThat(history.reviews(REPO, 3)).extracting(Review::id).containsExactly(1L, 2L, 3L);
        assertThat(history.reviews(REPO, 3).getFirst()).isEqualTo(new Review(1, "bob", "well", NOON));
    }

    @Test
    void aRemarkTellsFileLineAndCode() {
        forge.stubFor(get(API + "/pulls/3/reviews/1/comments").willReturn(okJson("""
                        [{"id": 9, "user": {"login": "bob"}, "body": "why?", "path": "a/b.c", "position": 12,
                          "original_position": 0, "diff_hunk": "@@ -1 +1 @@", "created_at": "2026-11-22T12:00:00Z"},
                         {"id": 10, "path": "gone.c", "position": 0, "original_position": 4}]""")));

        assertThat(history.remarks(REPO, 3, 1))
                .containsExactly(
                        new Remark(9, "bob", "why?", "a/b.c", 12, "@@ -1 +1 @@", NOON),
                        new Remark(10, "", "", "gone.c", 0, "", Instant.EPOCH));
    }

    @Test
    void aPullRequestTellsWhetherItsBranchIsInTheSameRepository() {
        String pull = """
                {"number": 3, "user": {"login": "bob"}, "state": "open",
                 "head": {"ref": "fix", "repo_id": %s}, "base": {"ref": "main", "repo_id": 2}}""";
        forge.stubFor(get(API + "/pulls/3").willReturn(okJson(pull.formatted("2"))));
        forge.stubFor(get(API + "/pulls/4").willReturn(okJson(pull.formatted("7"))));
        forge.stubFor(get(API + "/pulls/5").willReturn(okJson(pull.formatted("null"))));
        forge.stubFor(get(API + "/pulls/6").willReturn(status(404)));

        assertThat(history.branches(REPO, 3)).contains(new Branches("bob", true, "fix", true, "main"));
        assertThat(history.branches(REPO, 4)).contains(new Branches("bob", true, "fix", false, "main"));
        assertThat(history.branches(REPO, 5)).contains(new Branches("bob", true, "fix", false, "main"));
        assertThat(history.branches(REPO, 6)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"permissions\": {\"push\": false}}",
                "{\"permissions\": null}",
                "{}",
                "{\"permissions\": {\"push\": true}, \"archived\": true}"
            })
    void whereTheTokenMayNotPushItMayNot(String repository) {
        forge.stubFor(get(API).willReturn(okJson(repository)));

        assertThat(history.pushable(REPO)).isFalse();
    }

    @Test
    void whereTheTokenMayPushItMay() {
        forge.stubFor(get(API).willReturn(okJson("{\"permissions\": {\"push\": true}, \"archived\": false}")));

        assertThat(history.pushable(REPO)).isTrue();
    }

    @Test
    void aMemberOfATeamIsOneByTheTeamsExactName() {
        forge.stubFor(get("/api/v1/orgs/acme/teams/search?q=core").willReturn(okJson("""
                        {"ok": true, "data": [{"id": 4, "name": "core-reviewers"}, {"id": 5, "name": "Core"}]}""")));
        forge.stubFor(get("/api/v1/teams/4/members/mallory").willReturn(okJson("{}")));
        forge.stubFor(get("/api/v1/teams/5/members/bob").willReturn(okJson("{}")));
        forge.stubFor(get("/api/v1/teams/5/members/mallory").willReturn(status(404)));

        assertThat(history.isMember("acme", "core", "bob")).isTrue();
        assertThat(history.isMember("acme", "core", "mallory")).isFalse();
        assertThat(history.isMember("acme", "core", "../../x")).isFalse();
    }

    @Test
    void aTeamThatMayNotBeSeenHasNoMembersButOneThatCannotBeAskedFailsClosed() {
        forge.stubFor(get("/api/v1/orgs/acme/teams/search?q=core").willReturn(jsonResponse("{}", 403)));
        forge.stubFor(get("/api/v1/orgs/away/teams/search?q=core").willReturn(status(502)));

        assertThat(history.isMember("acme", "core", "bob")).isFalse();
        assertThatExceptionOfType(ForgeUnavailable.class).isThrownBy(() -> history.isMember("away", "core", "bob"));
    }
}
