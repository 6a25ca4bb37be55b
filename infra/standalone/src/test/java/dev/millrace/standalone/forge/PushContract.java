package dev.millrace.standalone.forge;

import static dev.millrace.standalone.forge.ForgeFixture.ALICE;
import static dev.millrace.standalone.forge.ForgeFixture.BOB;
import static dev.millrace.standalone.forge.ForgeFixture.BOT;
import static dev.millrace.standalone.forge.ForgeFixture.took;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.gitea.Gitea.NewPullRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.eclipse.jgit.transport.RemoteRefUpdate.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Millrace relies on of git over HTTP. */
abstract class PushContract {
    abstract ForgeFixture forge();

    private int infoRefs(String service, String authorization) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(forge().gitUrl() + "/info/refs?service=" + service))
                    .timeout(Duration.ofSeconds(30));
            if (!authorization.isEmpty()) {
                request.header("Authorization", authorization);
            }
            return http.send(request.build(), BodyHandlers.discarding()).statusCode();
        }
    }

    private String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    @Test
    void theTokenAsThePasswordDecidesWhoPushesWhateverTheUserName() throws Exception {
        assertThat(infoRefs("git-receive-pack", basic("anybody", forge().token(BOT))))
                .isEqualTo(200);
        assertThat(infoRefs("git-receive-pack", "")).isEqualTo(401);
        assertThat(infoRefs("git-receive-pack", basic("anybody", "no token of anybody's")))
                .isEqualTo(401);
    }

    @Test
    void aPublicRepositoryIsReadByAnybody() throws Exception {
        assertThat(infoRefs("git-upload-pack", "")).isEqualTo(200);
        assertThat(infoRefs("git-upload-pack", basic("x", forge().token(BOB)))).isEqualTo(200);
    }

    @Test
    void aBranchIsPushedAndPushedAgain() throws Exception {
        String first = forge().push("millrace/again");
        String second = forge().push("millrace/again");

        assertThat(second).isNotEqualTo(first);
        assertThat(forge().hands().fetch("refs/heads/millrace/again")).isEqualTo(second);
    }

    @Test
    void oneWhoMayOnlyReadIsDeclined(@TempDir Path dir) throws Exception {
        try (var bob = GitHands.clone(forge().gitUrl(), forge().token(BOB), dir.resolve("bob"))) {
            bob.commit("bob.txt", "b");

            assertThat(bob.push("main", "refs/heads/bobs").getStatus()).isEqualTo(Status.REJECTED_OTHER_REASON);
        }
    }

    @Test
    void aProtectedBranchIsDeclinedByTheHook() throws Exception {
        String branch = "guarded";
        forge().push(branch);
        took(
                201,
                forge().send(
                                "POST",
                                "/branch_protections",
                                ALICE,
                                "{\"branch_name\":\"%s\",\"enable_push\":false}".formatted(branch)));
        forge().hands().commit("file.txt", "against the rule");

        var update = forge().hands().push("main", "refs/heads/" + branch);

        assertThat(update.getStatus()).isEqualTo(Status.REJECTED_OTHER_REASON);
        assertThat(update.getMessage()).contains("pre-receive hook declined");
    }

    @Test
    void thePullRequestsHeadIsARefOfItsOwn() throws Exception {
        String commit = forge().push("millrace/head");
        var pull = forge().as(BOT)
                .openPullRequest(forge().repo(), new NewPullRequest("Head", "", "millrace/head", "main"));

        assertThat(forge().hands().fetch("refs/pull/" + pull.number() + "/head"))
                .isEqualTo(commit);
    }

    @Test
    void theHeadMovesWithItsBranchAndOutlivesIt() throws Exception {
        forge().push("millrace/moves");
        var pull = forge().as(BOT)
                .openPullRequest(forge().repo(), new NewPullRequest("Moves", "", "millrace/moves", "main"));
        String moved = forge().push("millrace/moves");
        String head = "refs/pull/" + pull.number() + "/head";
        await().atMost(Duration.ofSeconds(30))
                .until(() -> forge().hands().fetch(head).equals(moved));

        forge().deleteBranch("millrace/moves");

        assertThat(forge().hands().fetch(head)).isEqualTo(moved);
    }
}
