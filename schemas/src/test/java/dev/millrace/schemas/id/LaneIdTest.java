package dev.millrace.schemas.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaneIdTest {
    private static final TaskId TASK = new TaskId("my-own-task");
    private static final TaskId OTHER_TASK = new TaskId("my-other-task");

    @Test
    void tasksOfOneIssueShareALaneHoweverTheRepositoryIsSpelled() {
        assertThat(LaneId.of(RepoId.parse("Alice/Demo"), 7, TASK))
                .isEqualTo(LaneId.of(RepoId.parse("alice/demo"), 7, OTHER_TASK))
                .hasToString("alice/demo#7");
    }

    @Test
    void aTaskOfNoIssueHasALaneOfItsOwn() {
        assertThat(LaneId.of(RepoId.parse("alice/demo"), 0, TASK)).hasToString("alice/demo#my-own-task");
    }

    @Test
    void noIssueHasANegativeNumber() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LaneId.of(RepoId.parse("alice/demo"), -1, TASK))
                .withMessageContaining("-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice/demo#1", "alice/demo#9007199254740992", "alice/demo#my-own-task"})
    void whatWasWrittenIsReadAgain(String lane) {
        assertThat(new LaneId(lane)).hasToString(lane);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "alice/demo",
                "alice/demo#",
                "#1",
                "alice#1",
                "alice/demo#0",
                "alice/demo#01",
                "alice/demo#-1",
                "alice/demo#1\n",
                "alice/demo#1#2",
                "alice/demo#Not-A-Task",
                "Alice/demo#1"
            })
    void whatIsNoLaneIsRefused(String nonsense) {
        assertThatIllegalArgumentException().isThrownBy(() -> new LaneId(nonsense));
    }
}
