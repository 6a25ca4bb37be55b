package dev.millrace.sink.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.gitea.ForgeRefused;
import dev.millrace.gitea.ForgeUnavailable;
import dev.millrace.gitea.Gitea.Comment;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.sink.FakeGitea;
import dev.millrace.sink.Outcomes;
import dev.millrace.sink.secret.SampleSecrets;
import dev.millrace.sink.secret.Secrets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationTest {
    private final FakeGitea gitea = new FakeGitea(Path.of("unused"));
    private final Conversation conversation =
            new Conversation(gitea, new Secrets(List.of(SampleSecrets.OPERATORS), true));
    private final TaskState queued = States.in(Phase.QUEUED).build();
    private final TaskState done = States.done(Outcome.SOLVED).build();

    @Test
    void aTaskHasOneCommentFromTheFirstStateToTheLast() {
        conversation.tell(queued);
        conversation.tell(States.in(Phase.RUNNING).build());
        conversation.tell(done);

        assertThat(gitea.comments)
                .singleElement()
                .satisfies(comment -> assertThat(comment.body()).isEqualTo(CommentText.of(done)));
    }

    @Test
    void theSameStateIsNotWrittenTwice() {
        conversation.tell(queued);
        conversation.tell(queued);
        new Conversation(gitea, new Secrets(List.of(SampleSecrets.OPERATORS), true)).tell(queued);

        assertThat(gitea.comments).hasSize(1);
        assertThat(gitea.edits).isEmpty();
    }

    @Test
    void aRestartFindsTheCommentByItsMarker() {
        conversation.tell(queued);
        new Conversation(gitea, new Secrets(List.of(SampleSecrets.OPERATORS), true)).tell(done);

        assertThat(gitea.comments).hasSize(1);
        assertThat(gitea.edits).containsExactly(CommentText.of(done));
    }

    @Test
    void theForgeIsNotAskedForTheCommentEachTime() {
        conversation.tell(queued);
        conversation.tell(States.in(Phase.RUNNING).build());
        conversation.tell(done);

        assertThat(gitea.listings).isEqualTo(1);
    }

    @Test
    void somebodyElsesCommentWithTheMarkerIsLeftAlone() {
        var forged = new Comment(1, "mallory", "hello\n\n" + CommentText.marker("task-0000001"));
        gitea.comments.add(forged);

        conversation.tell(done);

        assertThat(gitea.comments).hasSize(2).contains(forged);
    }

    @Test
    void anotherTasksCommentThatQuotesTheMarkerIsLeftAlone() {
        var other = new Comment(
                1, "millrace", CommentText.marker("task-0000001") + "\n\n" + CommentText.marker("task-0000002"));
        gitea.comments.add(other);

        conversation.tell(done);

        assertThat(gitea.comments).hasSize(2).contains(other);
    }

    @Test
    void aCommentThatSomebodyRemovedComesBackWithTheNextState() {
        conversation.tell(queued);
        gitea.comments.clear();
        conversation.tell(States.in(Phase.RUNNING).build());
        conversation.tell(done);

        assertThat(gitea.comments).hasSize(1);
    }

    @Test
    void aTaskOfItsOwnHasNoComment() {
        conversation.tell(States.in(Phase.QUEUED)
                .setTask(Outcomes.task().setNumber(0).build())
                .build());

        assertThat(gitea.comments).isEmpty();
    }

    @Test
    void anIssueThatIsGoneHoldsNothingUp() {
        gitea.issues.clear();

        conversation.tell(queued);

        assertThat(gitea.comments).isEmpty();
    }

    @Test
    void aForgeThatRefusesHoldsNothingUp() {
        gitea.refusing = new ForgeRefused(403, "locked");
        conversation.tell(queued);
        gitea.refusing = null;
        conversation.tell(done);

        assertThat(gitea.comments).hasSize(1);
    }

    @Test
    void aSecretInWhatTheAgentSaysIsTakenOut() {
        conversation.tell(States.done(Outcome.UNSOLVED)
                .setSummary("It is " + SampleSecrets.OPERATORS)
                .setReason("because of " + SampleSecrets.of("github"))
                .build());

        assertThat(gitea.comments.getFirst().body())
                .contains("It is [removed: a secret of this Millrace's operator]")
                .contains("because of [removed: what looks like a GitHub token]")
                .doesNotContain(SampleSecrets.OPERATORS, SampleSecrets.of("github"));
    }

    @Test
    void aForgeThatIsAwayIsAFault() {
        gitea.away = true;

        assertThatThrownBy(() -> conversation.tell(queued)).isInstanceOf(ForgeUnavailable.class);
    }
}
