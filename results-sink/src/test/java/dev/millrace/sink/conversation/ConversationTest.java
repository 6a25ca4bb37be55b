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
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConversationTest {
    private final FakeGitea gitea = new FakeGitea(Path.of("unused"));
    private final Conversation conversation = new Conversation(gitea);
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
        new Conversation(gitea).tell(queued);

        assertThat(gitea.comments).hasSize(1);
        assertThat(gitea.edits).isEmpty();
    }

    @Test
    void aRestartFindsTheCommentByItsMarker() {
        conversation.tell(queued);
        new Conversation(gitea).tell(done);

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
    void aForgeThatIsAwayIsAFault() {
        gitea.away = true;

        assertThatThrownBy(() -> conversation.tell(queued)).isInstanceOf(ForgeUnavailable.class);
    }
}
