package dev.millrace.standalone.forge;

import static dev.millrace.standalone.forge.ForgeFixture.ALICE;
import static dev.millrace.standalone.forge.ForgeFixture.BOB;
import static dev.millrace.standalone.forge.ForgeFixture.BOT;
import static dev.millrace.standalone.forge.ForgeFixture.took;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gitea.Gitea.NewPullRequest;
import dev.millrace.gitea.GiteaSetup;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The oddities of Gitea's API that the client is written around, as they are on the wire. */
abstract class WireContract {
    abstract ForgeFixture forge();

    @Test
    void theVersionIsOneThatMillraceIsMadeFor() {
        assertThat(forge().version().known()).isTrue();
        assertThat(forge().version().since(GiteaSetup.OLDEST.major(), GiteaSetup.OLDEST.minor()))
                .isTrue();
    }

    @Test
    void itTellsTheTime() {
        assertThat(forge().setup(BOT).clock().orElseThrow())
                .isBetween(
                        Instant.now().minus(Duration.ofMinutes(5)),
                        Instant.now().plus(Duration.ofMinutes(5)));
    }

    @Test
    void aTokenThatNobodyHasIsAnswered401() {
        took(401, forge().ask("GET", "/user", "0123456789012345678901234567890123456789", ""));
    }

    @Test
    void theBotsTokenMayDoWhatItNeeds() {
        assertThat(forge().setup(BOT).missingScopes()).isEmpty();
    }

    @Test
    void aRefusalSaysWhy() {
        var refusal = took(404, forge().send("GET", "/issues/999999", BOT, ""));

        assertThat(refusal.path("message").isString()).isTrue();
        assertThat(refusal.path("url").isString()).isTrue();
    }

    @Test
    void aRepeatedReactionIsAnswered200() {
        long number = forge().issue("Seen", "");
        String eyes = "{\"content\":\"eyes\"}";

        took(201, forge().send("POST", "/issues/" + number + "/reactions", BOT, eyes));
        took(200, forge().send("POST", "/issues/" + number + "/reactions", BOT, eyes));
    }

    @Test
    void aReactionThatIsNotAllowedIsAnswered403() {
        long number = forge().issue("Seen", "");

        took(403, forge().send("POST", "/issues/" + number + "/reactions", BOT, "{\"content\":\"mill\"}"));
    }

    @Test
    void commentsAreNotPaged() {
        long number = forge().issue("Long", "");
        for (int i = 0; i < 51; i++) {
            forge().as(BOT).addComment(forge().repo(), number, "comment " + i);
        }

        assertThat(took(200, forge().send("GET", "/issues/" + number + "/comments", BOT, "")))
                .hasSize(51);
    }

    @Test
    void anEditedPullRequestIsAnswered201() {
        forge().push("millrace/wire-1");
        var pull = forge().as(BOT)
                .openPullRequest(forge().repo(), new NewPullRequest("Wire", "", "millrace/wire-1", "main"));

        took(201, forge().send("PATCH", "/pulls/" + pull.number(), BOT, "{\"title\":\"Wired\"}"));
    }

    @Test
    void aDuplicateOfAPullRequestIsAnswered409() {
        forge().push("millrace/wire-2");
        String asked = "{\"title\":\"t\",\"head\":\"millrace/wire-2\",\"base\":\"main\"}";

        took(201, forge().send("POST", "/pulls", BOT, asked));
        took(409, forge().send("POST", "/pulls", BOT, asked));
    }

    @Test
    void whoMayWriteIsToldToAdministratorsOnly() {
        String path = "/collaborators/%s/permission".formatted(forge().login(BOB));
        if (!forge().version().since(1, 17)) {
            took(404, forge().send("GET", path, ALICE, ""));
            return;
        }
        assertThat(took(200, forge().send("GET", path, ALICE, ""))
                        .path("permission")
                        .asString())
                .isEqualTo("read");
        took(403, forge().send("GET", path, BOT, ""));
    }

    @Test
    void assigneesAreThoseWhoMayWrite() {
        assertThat(took(200, forge().send("GET", "/assignees", BOT, "")))
                .extracting(one -> one.path("login").asString())
                .containsExactlyInAnyOrder(forge().login(ALICE), forge().login(BOT));
    }

    @Test
    void aStatusMayBeSetAgain() {
        String commit = forge().push("millrace/wire-3");
        String pending = "{\"state\":\"pending\",\"context\":\"millrace\",\"description\":\"\",\"target_url\":\"\"}";

        took(201, forge().send("POST", "/statuses/" + commit, BOT, pending));
        took(201, forge().send("POST", "/statuses/" + commit, BOT, pending.replace("pending", "success")));

        assertThat(took(200, forge().send("GET", "/statuses/" + commit + "?limit=10&page=1", BOT, "")))
                .extracting(one -> one.path("status").asString())
                .contains("success");
    }

    @Test
    void whatChangedSinceAMomentIsFoundInAllRepositories() {
        long number = forge().issue("Changed", "");
        String since = Instant.now().minus(Duration.ofHours(1)).toString().substring(0, 19) + "Z";

        var found = took(
                200,
                forge().ask(
                                "GET",
                                "/repos/issues/search?state=all&limit=50&page=1&since=" + since,
                                forge().token(BOT),
                                ""));

        assertThat(found).anySatisfy(one -> {
            assertThat(one.path("number").asLong()).isEqualTo(number);
            assertThat(one.at("/repository/full_name").asString())
                    .isEqualTo(forge().repo().toString());
        });
    }

    @Test
    void whatWasSaidOfLinesIsReadByReview() {
        forge().push("millrace/wire-4");
        var pull = forge().as(BOT)
                .openPullRequest(forge().repo(), new NewPullRequest("Lines", "", "millrace/wire-4", "main"));
        String review = "{\"event\":\"COMMENT\",\"body\":\"whole\",\"comments\":[{\"path\":\"file.txt\","
                + "\"body\":\"line\",\"new_position\":1}]}";
        String reviews = "/pulls/" + pull.number() + "/reviews";
        took(200, forge().send("POST", reviews, ALICE, review));

        var listed = took(200, forge().send("GET", reviews + "?limit=50&page=1", BOT, ""));
        assertThat(listed).singleElement().satisfies(one -> {
            assertThat(one.path("state").asString()).isEqualTo("COMMENT");
            assertThat(one.path("body").asString()).isEqualTo("whole");
        });
        long id = listed.get(0).path("id").asLong();
        assertThat(took(200, forge().send("GET", reviews + "/" + id + "/comments", BOT, "")))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.path("path").asString()).isEqualTo("file.txt");
                    assertThat(one.path("body").asString()).isEqualTo("line");
                    assertThat(one.path("position").asLong()).isEqualTo(1);
                    assertThat(one.path("diff_hunk").asString()).startsWith("@@");
                });
    }
}
