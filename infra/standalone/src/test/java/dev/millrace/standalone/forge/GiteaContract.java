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
 * What Millrace relies on of a Gitea and its client together. It knows of no implementation: a subclass may point it at
 * any forge that has the accounts alice, who owns the repository, agent-bot, who may write to it, and bob, who may not.
 */
abstract class GiteaContract {
    static final RepoId REPO = new RepoId("alice", "demo2");
    static final RepoId ABSENT = new RepoId("alice", "absent");

    /** A forge in which each test finds its own issues and branches. */
    interface Fixture {
        /** The client with the token of that account. */
        Gitea as(String login);

        /** A new issue by bob; its number. */
        long issue(String title, String body);

        /** Sets the issue's label, which is made where it is not there, as alice. */
        void label(long issue, String label);

        void unlabel(long issue, String label);

        /** Pushes a commit on top of main to the branch; its id. */
        String push(String branch);

        void deleteBranch(String branch);

        void closePull(long number);
    }

    abstract Fixture forge();

    private Gitea bot() {
        return forge().as("agent-bot");
    }

    @Test
    void theTokenSaysWhoTheBotIs() {
        assertThat(bot().self().login()).isEqualTo("agent-bot");
        assertThat(bot().self().id()).isPositive();
        assertThat(bot().self().email()).contains("@");
    }

    @Test
    void aRepositoryTellsItsDefaultBranch() {
        assertThat(bot().repository(REPO)).contains(new Gitea.Repository("alice/demo2", "main", false, false));
        assertThat(bot().repository(ABSENT)).isEmpty();
    }

    @Test
    void whoMayWriteIsToldToOneWhoIsNoAdministrator() {
        assertThat(bot().mayWrite(REPO, "alice")).isTrue();
        assertThat(bot().mayWrite(REPO, "agent-bot")).isTrue();
        assertThat(bot().mayWrite(REPO, "bob")).isFalse();
        assertThat(bot().mayWrite(REPO, "nobody-at-all")).isFalse();
        assertThat(bot().mayWrite(ABSENT, "alice")).isFalse();
    }

    @Test
    void whoMayWriteIsToldToTheOwner() {
        assertThat(forge().as("alice").mayWrite(REPO, "agent-bot")).isTrue();
        assertThat(forge().as("alice").mayWrite(REPO, "alice")).isTrue();
        assertThat(forge().as("alice").mayWrite(REPO, "bob")).isFalse();
    }

    @Test
    void anIssueIsReadWithItsLabels() {
        long number = forge().issue("Second", "<b>plain</b> & \"more\"");
        forge().label(number, "agent");

        var issue = bot().issue(REPO, number).orElseThrow();
        assertThat(issue.title()).isEqualTo("Second");
        assertThat(issue.body()).isEqualTo("<b>plain</b> & \"more\"");
        assertThat(issue.author()).isEqualTo("bob");
        assertThat(issue.state()).isEqualTo("open");
        assertThat(issue.labels()).containsExactly("agent");
        assertThat(issue.pull()).isFalse();
        assertThat(bot().issue(REPO, 999_999)).isEmpty();
    }

    @Test
    void theTimelineTellsTheNewestAdditionOfALabel() {
        long number = forge().issue("Labelled", "");
        assertThat(bot().labelled(REPO, number, "agent")).isEmpty();

        forge().label(number, "agent");
        var first = bot().labelled(REPO, number, "agent");
        assertThat(first).isPresent();

        forge().unlabel(number, "agent");
        assertThat(bot().labelled(REPO, number, "agent")).isEqualTo(first);

        for (int i = 0; i < 60; i++) {
            bot().addComment(REPO, number, "comment " + i);
        }
        forge().label(number, "agent");
        assertThat(bot().labelled(REPO, number, "agent").orElseThrow()).isGreaterThan(first.orElseThrow());
        assertThat(bot().labelled(REPO, number, "other")).isEmpty();
        assertThat(bot().labelled(REPO, 999_999, "agent")).isEmpty();
    }

    @Test
    void commentsAreAddedEditedAndListedOldestFirst() {
        long number = forge().issue("Commented", "");

        var one = bot().addComment(REPO, number, "one");
        forge().as("bob").addComment(REPO, number, "two");
        var edited = bot().editComment(REPO, one.id(), "ONE €");

        assertThat(edited).isEqualTo(new Gitea.Comment(one.id(), "agent-bot", "ONE €"));
        assertThat(bot().comments(REPO, number))
                .extracting(Gitea.Comment::author, Gitea.Comment::body)
                .containsExactly(tuple("agent-bot", "ONE €"), tuple("bob", "two"));
    }

    @Test
    void aCommentOnNothingIsRefused() {
        assertThatExceptionOfType(ForgeRefused.class)
                .isThrownBy(() -> bot().addComment(REPO, 999_999, "hello"))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(404));
        assertThatExceptionOfType(ForgeRefused.class).isThrownBy(() -> bot().comments(REPO, 999_999));
    }

    @Test
    void commentsOfOthersAreEditedByWritersOnly() {
        long number = forge().issue("Whose", "");
        var mine = bot().addComment(REPO, number, "mine");

        assertThatExceptionOfType(ForgeRefused.class)
                .isThrownBy(() -> forge().as("bob").editComment(REPO, mine.id(), "yours"))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(403));
    }

    @ParameterizedTest
    @EnumSource
    void aReactionMayBeRepeated(Reaction reaction) {
        long number = forge().issue("Seen", "");
        var comment = forge().as("bob").addComment(REPO, number, "look");

        bot().reactToIssue(REPO, number, reaction);
        bot().reactToIssue(REPO, number, reaction);
        bot().reactToComment(REPO, comment.id(), reaction);
        bot().reactToComment(REPO, comment.id(), reaction);
    }

    @Test
    void aPullRequestIsOpenedFoundAndEdited() {
        forge().push("millrace/contract-1");
        assertThat(bot().pullRequest(REPO, "millrace/contract-1", "main")).isEmpty();

        var opened = bot().openPullRequest(REPO, new NewPullRequest("Fix", "Closes #2", "millrace/contract-1", "main"));

        assertThat(opened.title()).isEqualTo("Fix");
        assertThat(opened.state()).isEqualTo("open");
        assertThat(opened.merged()).isFalse();
        assertThat(opened.page().getPath()).endsWith("/alice/demo2/pulls/" + opened.number());
        assertThat(bot().pullRequest(REPO, "millrace/contract-1", "main")).contains(opened);
        assertThat(bot().pullRequest(REPO, opened.number())).contains(opened);
        assertThat(bot().pullRequest(REPO, 999_999)).isEmpty();
        assertThat(bot().issue(REPO, opened.number()).orElseThrow().pull()).isTrue();

        var edited = bot().editPullRequest(REPO, opened.number(), "Fix it", "more");
        assertThat(edited.title()).isEqualTo("Fix it");
        assertThat(edited.body()).isEqualTo("more");
    }

    @Test
    void aSecondPullRequestForTheSameBranchesIsRefused() {
        forge().push("millrace/contract-2");
        var request = new NewPullRequest("Fix", "", "millrace/contract-2", "main");
        bot().openPullRequest(REPO, request);

        assertThatExceptionOfType(ForgeRefused.class)
                .isThrownBy(() -> bot().openPullRequest(REPO, request))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(409));
    }

    @Test
    void aPullRequestFromNowhereOrIntoItselfIsRefused() {
        assertThatExceptionOfType(ForgeRefused.class)
                .isThrownBy(() -> bot().openPullRequest(REPO, new NewPullRequest("t", "", "millrace/absent", "main")))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(404));
        assertThatExceptionOfType(ForgeRefused.class)
                .isThrownBy(() -> bot().openPullRequest(REPO, new NewPullRequest("t", "", "main", "main")))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(422));
    }

    @Test
    void theNewestPullRequestIsFoundThoughAnOlderOneIsClosedAndTheBranchGone() {
        forge().push("millrace/contract-3");
        var request = new NewPullRequest("Fix", "", "millrace/contract-3", "main");
        var first = bot().openPullRequest(REPO, request);
        forge().closePull(first.number());
        var second = bot().openPullRequest(REPO, request);
        forge().closePull(second.number());
        forge().deleteBranch("millrace/contract-3");

        var found = bot().pullRequest(REPO, "millrace/contract-3", "main").orElseThrow();
        assertThat(found.number()).isEqualTo(second.number());
        assertThat(found.state()).isEqualTo("closed");
    }

    @ParameterizedTest
    @EnumSource
    void aCommitTakesAnyStatus(CommitStatus.State state) {
        String commit = forge().push("millrace/status-" + state.name().toLowerCase(Locale.ROOT));

        bot().setStatus(REPO, commit, new CommitStatus(state, "millrace", "done", "https://console.example.org/t/1"));
        bot().setStatus(REPO, commit, new CommitStatus(state, "millrace", "done", ""));
    }

    @Test
    void aCommitThatIsNotThereTakesNoStatus() {
        var status = new CommitStatus(CommitStatus.State.SUCCESS, "millrace", "done", "");

        assertThatExceptionOfType(ForgeRefused.class)
                .isThrownBy(() -> bot().setStatus(REPO, "0123456789012345678901234567890123456789", status))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(404));
    }

    @Test
    void oneWhoMayOnlyReadSetsNoStatus() {
        String commit = forge().push("millrace/status-bob");
        var status = new CommitStatus(CommitStatus.State.SUCCESS, "millrace", "done", "");

        assertThatExceptionOfType(ForgeRefused.class)
                .isThrownBy(() -> forge().as("bob").setStatus(REPO, commit, status))
                .satisfies(refused -> assertThat(refused.status()).isEqualTo(403));
    }

    @Test
    void gitIsWhereTheRepositoryIs() {
        assertThat(bot().gitUrl(REPO)).extracting(URI::getPath).asString().endsWith("/alice/demo2.git");
    }
}
