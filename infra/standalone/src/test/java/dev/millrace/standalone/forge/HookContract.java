package dev.millrace.standalone.forge;

import static dev.millrace.standalone.forge.ForgeFixture.ALICE;
import static dev.millrace.standalone.forge.ForgeFixture.BOB;
import static dev.millrace.standalone.forge.ForgeFixture.BOT;
import static dev.millrace.standalone.forge.ForgeFixture.took;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.gitea.ForgeRefused;
import dev.millrace.gitea.Gitea.NewPullRequest;
import dev.millrace.gitea.GiteaSetup.Hook;
import dev.millrace.standalone.connect.Connection;
import dev.millrace.standalone.forge.Receiver.Received;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** What Millrace relies on of a Gitea's webhooks: how they are set up, what they carry, and what they leave out. */
abstract class HookContract {
    private static final String SECRET = "s3cret";

    private @Nullable Receiver started;
    private @Nullable URI own;
    private @Nullable Hook hook;

    abstract ForgeFixture forge();

    @BeforeEach
    void listen(TestInfo test) throws IOException {
        started = new Receiver();
        own = started.at(test.getTestMethod().orElseThrow().getName());
    }

    @AfterEach
    void stop() {
        if (hook != null) {
            forge().setup(ALICE).removeHook(forge().repo(), hook.id());
        }
        requireNonNull(started).close();
    }

    private Receiver receiver() {
        return requireNonNull(started);
    }

    private URI url() {
        return requireNonNull(own);
    }

    private Hook hooked(String secret) {
        hook = forge().setup(ALICE).addHook(forge().repo(), url(), secret, Connection.EVENTS);
        return hook;
    }

    private Received first(String action) {
        return receiver().first(url(), one -> one.action().equals(action));
    }

    /** What tells events apart: Gitea before 1.16 has only the coarser header. */
    private String kind(String eventType, String before116) {
        return forge().version().since(1, 16) ? eventType : before116;
    }

    private static String kindOf(Received delivery) {
        String type = delivery.headers().getFirst("X-Gitea-Event-Type");
        return type == null ? delivery.header("X-Gitea-Event") : type;
    }

    @Test
    void aHookIsListedWithItsEventsAndWithoutItsSecret() {
        var made = hooked(SECRET);

        assertThat(made.active()).isTrue();
        assertThat(made.contentType()).isEqualTo("json");
        assertThat(made.events()).contains("issues", "issue_label", "issue_comment", "pull_request_comment");
        assertThat(forge().setup(ALICE).hooks(forge().repo())).contains(made);
        assertThat(forge().send("GET", "/hooks", ALICE, "").body())
                .contains(url().toString())
                .doesNotContain(SECRET);
    }

    @Test
    void onlyAnAdministratorOfTheRepositorySeesItsHooks() {
        assertThatExceptionOfType(ForgeRefused.class)
                .isThrownBy(() -> forge().setup(BOT).hooks(forge().repo()))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(403));
    }

    @Test
    void aHookMayBeRemovedTwice() {
        var made = hooked(SECRET);

        forge().setup(ALICE).removeHook(forge().repo(), made.id());
        forge().setup(ALICE).removeHook(forge().repo(), made.id());

        assertThat(forge().setup(ALICE).hooks(forge().repo())).doesNotContain(made);
    }

    @Test
    void anEditWithoutEventsLeavesPushesOnly() {
        var made = hooked(SECRET);

        took(200, forge().send("PATCH", "/hooks/" + made.id(), ALICE, "{\"active\":true}"));

        assertThat(forge().setup(ALICE).hooks(forge().repo()))
                .filteredOn(one -> one.id() == made.id())
                .singleElement()
                .satisfies(one -> assertThat(one.events()).containsExactly("push"));
    }

    @Test
    void anEditDoesNotChangeTheSecret() throws Exception {
        var made = hooked(SECRET);
        String edit =
                "{\"active\":true,\"events\":[\"issues\"],\"config\":{\"url\":\"TARGET\",\"content_type\":\"json\","
                        + "\"secret\":\"another\"}}";

        took(200, forge().send("PATCH", "/hooks/" + made.id(), ALICE, edit.replace("TARGET", url().toString())));
        forge().issue("Signed", "");

        var delivery = first("opened");
        assertThat(delivery.header("X-Gitea-Signature")).isEqualTo(delivery.signedWith("HmacSHA256", SECRET));
    }

    @Test
    void aTestIsAPushThatChangedNothing() throws Exception {
        var made = hooked(SECRET);

        forge().setup(ALICE).testHook(forge().repo(), made.id());

        var delivery = receiver().first(url(), _ -> true);
        assertThat(delivery.header("X-Gitea-Event")).isEqualTo("push");
        assertThat(delivery.json().path("before").asString())
                .isEqualTo(delivery.json().path("after").asString());
        assertThat(delivery.header("X-Gitea-Signature")).isEqualTo(delivery.signedWith("HmacSHA256", SECRET));
    }

    @Test
    void aTestReachesOnlyWhoIsToldOfPushes() {
        hook = forge().setup(ALICE).addHook(forge().repo(), url(), SECRET, List.of("issues"));

        forge().setup(ALICE).testHook(forge().repo(), hook.id());
        forge().issue("After the test", "");

        first("opened");
        assertThat(receiver().at(url())).extracting(Received::action).containsExactly("opened");
    }

    @Test
    void theBytesOfAJsonBodyAreSigned() throws Exception {
        hooked(SECRET);
        forge().issue("Umlaut ä & <b>", "+ % \\ \u2028");

        var delivery = first("opened");
        String signature = delivery.signedWith("HmacSHA256", SECRET);
        assertThat(delivery.isForm()).isFalse();
        assertThat(delivery.header("X-Gitea-Signature")).isEqualTo(signature);
        assertThat(delivery.header("X-Gitea-Delivery")).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(delivery.header("X-Gitea-Event")).isEqualTo("issues");
        assertThat(delivery.json().at("/issue/title").asString()).isEqualTo("Umlaut ä & <b>");
        assertThat(delivery.json().at("/repository/full_name").asString())
                .isEqualTo(forge().repo().toString());
        assertThat(delivery.json().at("/sender/login").asString()).isEqualTo(forge().login(BOB));
    }

    @Test
    void theDecodedPayloadOfAFormIsSigned() throws Exception {
        var config = ForgeFixture.JSON.createObjectNode().put("type", "gitea").put("active", true);
        config.putArray("events").add("issues");
        config.putObject("config")
                .put("url", url().toString())
                .put("content_type", "form")
                .put("secret", SECRET);
        long id = took(201, forge().send("POST", "/hooks", ALICE, config.toString()))
                .path("id")
                .asLong();
        hook = new Hook(id, url().toString(), "form", List.of(), true);
        forge().issue("a&b=c + d", "");

        var delivery = first("opened");
        assertThat(delivery.isForm()).isTrue();
        assertThat(delivery.header("X-Gitea-Signature")).isEqualTo(delivery.signedWith("HmacSHA256", SECRET));
    }

    @Test
    void withoutASecretTheSignatureIsThereAndEmpty() {
        hooked("");
        forge().issue("Unsigned", "");

        assertThat(first("opened").header("X-Gitea-Signature")).isEmpty();
    }

    @Test
    void whatFailedIsNotSentAgain() {
        hooked(SECRET);
        receiver().answer(500);
        long first = forge().issue("First", "");
        first("opened");
        forge().issue("Second", "");

        var all = receiver().count(2, url(), one -> one.action().equals("opened"));
        assertThat(all)
                .filteredOn(one -> one.json().path("number").asLong() == first)
                .hasSize(1);
    }

    @Test
    void anIssueMadeWithLabelAndAssigneeIsToldThreeTimes() {
        hooked(SECRET);
        long label = forge().labelId("agent");
        String body = "{\"title\":\"t\",\"labels\":[LABEL],\"assignees\":[\"BOT\"]}";
        took(
                201,
                forge().send(
                                "POST",
                                "/issues",
                                ALICE,
                                body.replace("LABEL", Long.toString(label)).replace("BOT", forge().login(BOT))));

        // What others did to pull requests just before may still come in.
        var told = receiver().count(3, url(), one -> one.json().has("issue"));
        assertThat(told).extracting(Received::action).containsExactlyInAnyOrder("opened", "label_updated", "assigned");
        assertThat(told)
                .extracting(HookContract::kindOf)
                .containsExactlyInAnyOrder("issues", kind("issue_label", "issues"), kind("issue_assign", "issues"));
    }

    @Test
    void aLabelThatWentIsToldAsOneThatCame() {
        long number = forge().issue("Labelled", "");
        hooked(SECRET);
        forge().label(number, "agent");
        forge().unlabel(number);

        var told = receiver().count(2, url(), one -> one.action().equals("label_updated"));
        assertThat(told).allSatisfy(one -> assertThat(kindOf(one)).isEqualTo(kind("issue_label", "issues")));
        assertThat(told.stream().map(one -> one.json().at("/issue/labels").size()))
                .containsExactlyInAnyOrder(1, 0);
    }

    @Test
    void aCommentIsToldWithItsIdAndWriter() {
        long number = forge().issue("Commented", "");
        hooked(SECRET);
        var said = forge().as(BOT).addComment(forge().repo(), number, "mine");

        var delivery = first("created");
        assertThat(kindOf(delivery)).isEqualTo("issue_comment");
        assertThat(delivery.json().at("/comment/id").asLong()).isEqualTo(said.id());
        assertThat(delivery.json().at("/comment/user/login").asString()).isEqualTo(forge().login(BOT));
        assertThat(delivery.json().path("is_pull").asBoolean(true)).isFalse();
        assertThat(delivery.json().at("/issue/number").asLong()).isEqualTo(number);
    }

    @Test
    void aCommentOnAPullRequestIsOfAnotherTypeAndToldOnce() {
        forge().push("millrace/talk");
        var pull = forge().as(BOT)
                .openPullRequest(forge().repo(), new NewPullRequest("Talk", "", "millrace/talk", "main"));
        hooked(SECRET);
        forge().as(BOB).addComment(forge().repo(), pull.number(), "well");
        forge().as(BOB).addComment(forge().repo(), pull.number(), "the last");

        var told = receiver().count(2, url(), one -> one.action().equals("created"));
        assertThat(told).hasSize(2).allSatisfy(one -> {
            assertThat(one.header("X-Gitea-Event")).isEqualTo("issue_comment");
            assertThat(kindOf(one)).isEqualTo(kind("pull_request_comment", "issue_comment"));
            assertThat(one.json().path("is_pull").asBoolean(false)).isTrue();
        });
    }

    @Test
    void aReviewLeavesOutWhatWasSaidOfLines() {
        forge().push("millrace/review");
        var pull = forge().as(BOT)
                .openPullRequest(forge().repo(), new NewPullRequest("Review", "", "millrace/review", "main"));
        hooked(SECRET);
        String review = "{\"event\":\"COMMENT\",\"body\":\"as a whole\",\"comments\":[{\"path\":\"file.txt\","
                + "\"body\":\"of this line\",\"new_position\":1}]}";
        took(200, forge().send("POST", "/pulls/" + pull.number() + "/reviews", ALICE, review));

        var delivery = first("reviewed");
        assertThat(kindOf(delivery)).isEqualTo(kind("pull_request_review_comment", "issue_comment"));
        assertThat(delivery.json().at("/review/content").asString()).isEqualTo("as a whole");
        assertThat(Stream.of(delivery.body())).noneMatch(body -> body.contains("of this line"));
    }

    @Test
    void whoIsAskedForAReviewIsNamed() {
        forge().push("millrace/asked");
        var pull = forge().as(BOT)
                .openPullRequest(forge().repo(), new NewPullRequest("Asked", "", "millrace/asked", "main"));
        hooked(SECRET);
        String asked = "{\"reviewers\":[\"%s\"]}".formatted(forge().login(ALICE));
        took(201, forge().send("POST", "/pulls/" + pull.number() + "/requested_reviewers", ALICE, asked));

        var delivery = first("review_requested");
        assertThat(delivery.header("X-Gitea-Event")).isEqualTo("pull_request");
        assertThat(delivery.json().at("/requested_reviewer/login").asString()).isEqualTo(forge().login(ALICE));
    }
}
