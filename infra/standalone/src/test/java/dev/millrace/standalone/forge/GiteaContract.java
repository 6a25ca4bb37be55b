package dev.millrace.standalone.forge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.gitea.ForgeRefused;
import dev.millrace.gitea.Gitea;
import dev.millrace.gitea.Gitea.CommitStatus;
import dev.millrace.gitea.Gitea.NewPullRequest;
import dev.millrace.gitea.Gitea.Reaction;
import dev.millrace.schemas.id.RepoId;
import java.net.URI;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What Millrace relies on of a Gitea and its client together. It knows of no implementation: a subclass points it at any
 * forge. Each test finds its own issues and branches in it.
 */
abstract class GiteaContract {
    /** That of the practice forge. */
    static final RepoId REPO = new RepoId("alice", "demo2");

    abstract ForgeFixture forge();

    private Gitea bot() {
        return forge().as("agent-bot");
    }

    private RepoId repo() {
        return forge().repo();
    }

    private RepoId absent() {
        return new RepoId(repo().owner(), "absent");
    }

    private String login(String name) {
        return forge().login(name);
    }

    @Test
    void theTokenSaysWhoTheBotIs() {
        assertThat(bot().self().login()).isEqualTo(login("agent-bot"));
        assertThat(bot().self().id()).isPositive();
        assertThat(bot().self().email()).contains("@");
    }

    @Test
    void aRepositoryTellsItsDefaultBranch() {
        assertThat(bot().repository(repo())).contains(new Gitea.Repository(repo().toString(), "main", false, false));
        assertThat(bot().repository(absent())).isEmpty();
    }

    @Test
    void whoMayWriteIsToldToOneWhoIsNoAdministrator() {
        assertThat(bot().mayWrite(repo(), login("alice"))).isTrue();
        assertThat(bot().mayWrite(repo(), login("agent-bot"))).isTrue();
        assertThat(bot().mayWrite(repo(), login("bob"))).isFalse();
        assertThat(bot().mayWrite(repo(), "nobody-at-all")).isFalse();
        assertThat(bot().mayWrite(absent(), login("alice"))).isFalse();
    }

    @Test
    void whoMayWriteIsToldToTheOwner() {
        assertThat(forge().as("alice").mayWrite(repo(), login("agent-bot"))).isTrue();
        assertThat(forge().as("alice").mayWrite(repo(), login("alice"))).isTrue();
        assertThat(forge().as("alice").mayWrite(repo(), login("bob"))).isFalse();
    }

    @Test
    void anIssueIsReadWithItsLabels() {
        long number = forge().issue("Second", "<b>plain</b> & \"more\"");
        forge().label(number, "agent");

        var issue = bot().issue(repo(), number).orElseThrow();
        assertThat(issue.title()).isEqualTo("Second");
        assertThat(issue.body()).isEqualTo("<b>plain</b> & \"more\"");
        assertThat(issue.author()).isEqualTo(login("bob"));
        assertThat(issue.state()).isEqualTo("open");
        assertThat(issue.labels()).containsExactly("agent");
        assertThat(issue.pull()).isFalse();
        assertThat(bot().issue(repo(), 999_999)).isEmpty();
    }

    @Test
    void theTimelineTellsTheNewestAdditionOfALabel() {
        long number = forge().issue("Labelled", "");
        assertThat(bot().labelled(repo(), number, "agent")).isEmpty();

        forge().label(number, "agent");
        var first = bot().labelled(repo(), number, "agent");
        assertThat(first).isPresent();

        forge().unlabel(number);
        assertThat(bot().labelled(repo(), number, "agent")).isEqualTo(first);

        for (int i = 0; i < 60; i++) {
            bot().addComment(repo(), number, "comment " + i);
        }
        forge().label(number, "agent");
        assertThat(bot().labelled(repo(), number, "agent").orElseThrow()).isGreaterThan(first.orElseThrow());
        assertThat(bot().labelled(repo(), number, "other")).isEmpty();
        assertThat(bot().labelled(repo(), 999_999, "agent")).isEmpty();
    }

    @Test
    void commentsAreAddedEditedAndListedOldestFirst() {
        long number = forge().issue("Commented", "");

        var one = bot().addComment(repo(), number, "one");
        forge().as("bob").addComment(repo(), number, "two");
        var edited = bot().editComment(repo(), one.id(), "ONE €");

        assertThat(edited).isEqualTo(new Gitea.Comment(one.id(), login("agent-bot"), "ONE €"));
        assertThat(bot().comments(repo(), number))
                .extracting(Gitea.Comment::author, Gitea.Comment::body)
                .containsExactly(tuple(login("agent-bot"), "ONE €"), tuple(login("bob"), "two"));
    }

    @Test
    void aCommentOnNothingIsRefused() {
        assertThatExceptionOfType(ForgeRefused.class)
                .isThrownBy(() -> bot().addComment(repo(), 999_999, "hello"))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(404));
        assertThatExceptionOfType(ForgeRefused.class).isThrownBy(() -> bot().comments(repo(), 999_999));
    }

    @Test
    void commentsOfOthersAreEditedByWritersOnly() {
        long number = forge().issue("Whose", "");
        var mine = bot().addComment(repo(), number, "mine");

        assertThatExceptionOfType(ForgeRefused.class)
                .isThrownBy(() -> forge().as("bob").editComment(repo(), mine.id(), "yours"))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(403));
    }

    @ParameterizedTest
    @EnumSource
    void aReactionMayBeRepeated(Reaction reaction) {
        long number = forge().issue("Seen", "");
        var comment = forge().as("bob").addComment(repo(), number, "look");

        bot().reactToIssue(repo(), number, reaction);
        bot().reactToIssue(repo(), number, reaction);
        bot().reactToComment(repo(), comment.id(), reaction);
        bot().reactToComment(repo(), comment.id(), reaction);
    }

    @Test
    void aPullRequestIsOpenedFoundAndEdited() {
        forge().push("millrace/contract-1");
        assertThat(bot().pullRequest(repo(), "millrace/contract-1", "main")).isEmpty();

        var opened =
                bot().openPullRequest(repo(), new NewPullRequest("Fix", "Closes #2", "millrace/contract-1", "main"));

        assertThat(opened.title()).isEqualTo("Fix");
        assertThat(opened.state()).isEqualTo("open");
        assertThat(opened.merged()).isFalse();
        assertThat(opened.page().getPath()).endsWith("/" + repo() + "/pulls/" + opened.number());
        assertThat(bot().pullRequest(repo(), "millrace/contract-1", "main")).contains(opened);
        assertThat(bot().pullRequest(repo(), opened.number())).contains(opened);
        assertThat(bot().pullRequest(repo(), 999_999)).isEmpty();
        assertThat(bot().issue(repo(), opened.number()).orElseThrow().pull()).isTrue();

        var edited = bot().editPullRequest(repo(), opened.number(), "Fix it", "more");
        assertThat(edited.title()).isEqualTo("Fix it");
        assertThat(edited.body()).isEqualTo("more");
    }

    @Test
    void aSecondPullRequestForTheSameBranchesIsRefused() {
        forge().push("millrace/contract-2");
        var request = new NewPullRequest("Fix", "", "millrace/contract-2", "main");
        bot().openPullRequest(repo(), request);

        assertThatExceptionOfType(ForgeRefused.class)
                .isThrownBy(() -> bot().openPullRequest(repo(), request))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(409));
    }

    @Test
    void aPullRequestFromNowhereOrIntoItselfIsRefused() {
        assertThatExceptionOfType(ForgeRefused.class)
                .isThrownBy(() -> bot().openPullRequest(repo(), new NewPullRequest("t", "", "millrace/absent", "main")))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(404));
        assertThatExceptionOfType(ForgeRefused.class)
                .isThrownBy(() -> bot().openPullRequest(repo(), new NewPullRequest("t", "", "main", "main")))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(422));
    }

    @Test
    void theNewestPullRequestIsFoundThoughAnOlderOneIsClosedAndTheBranchGone() {
        forge().push("millrace/contract-3");
        var request = new NewPullRequest("Fix", "", "millrace/contract-3", "main");
        var first = bot().openPullRequest(repo(), request);
        forge().closePull(first.number());
        var second = bot().openPullRequest(repo(), request);
        forge().closePull(second.number());
        forge().deleteBranch("millrace/contract-3");

        var found = bot().pullRequest(repo(), "millrace/contract-3", "main").orElseThrow();
        assertThat(found.number()).isEqualTo(second.number());
        assertThat(found.state()).isEqualTo("closed");
    }

    @ParameterizedTest
    @EnumSource
    void aCommitTakesAnyStatus(CommitStatus.State state) {
        String commit = forge().push("millrace/status-" + state.name().toLowerCase(Locale.ROOT));

        bot().setStatus(repo(), commit, new CommitStatus(state, "millrace", "done", "https://console.example.org/t/1"));
        bot().setStatus(repo(), commit, new CommitStatus(state, "millrace", "done", ""));
    }

    @Test
    void aCommitThatIsNotThereTakesNoStatus() {
        var status = new CommitStatus(CommitStatus.State.SUCCESS, "millrace", "done", "");

        assertThatExceptionOfType(ForgeRefused.class)
                .isThrownBy(() -> bot().setStatus(repo(), "0123456789012345678901234567890123456789", status))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(404));
    }

    @Test
    void oneWhoMayOnlyReadSetsNoStatus() {
        String commit = forge().push("millrace/status-bob");
        var status = new CommitStatus(CommitStatus.State.SUCCESS, "millrace", "done", "");

        assertThatExceptionOfType(ForgeRefused.class)
                .isThrownBy(() -> forge().as("bob").setStatus(repo(), commit, status))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(403));
    }

    @Test
    void gitIsWhereTheRepositoryIs() {
        assertThat(bot().gitUrl(repo())).extracting(URI::getPath).asString().endsWith("/" + repo() + ".git");
    }
}
