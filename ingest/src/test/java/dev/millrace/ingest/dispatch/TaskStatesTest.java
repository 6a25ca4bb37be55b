package dev.millrace.ingest.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.id.AttemptNumber;
import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TaskStatesTest {
    private static final Instant THEN = Instant.parse("2026-11-01T12:00:00Z");
    private static final Instant NOW = THEN.plusSeconds(60);
    private static final Duration LEASE = Duration.ofSeconds(12);
    private static final AttemptNumber TWO = AttemptNumber.FIRST.next();
    private static final LaneId LANE = new LaneId("alice/demo#1");

    private final TaskState asked = TaskStates.asked(
            TaskRequest.newBuilder()
                    .setTaskId("task-number-1")
                    .setRepo("alice/demo")
                    .setNumber(1)
                    .setRequestedBy("alice")
                    .setRequestedAt(THEN)
                    .setInstruction("do it")
                    .build(),
            LANE,
            THEN);

    static Stream<Stage> stages() {
        return Stream.of(
                new Stage.Waiting(AttemptNumber.FIRST, THEN),
                new Stage.Waiting(TWO, THEN.plusSeconds(5)),
                new Stage.Offered(TWO, THEN),
                new Stage.Running(TWO, "w1", NOW.plus(LEASE)),
                new Stage.Delivering(TWO));
    }

    @ParameterizedTest
    @MethodSource("stages")
    void whatWasToldIsWhatIsRestored(Stage stage) {
        var task = new Task(new TaskId("task-number-1"), LANE, 7, stage);
        assertThat(TaskStates.restored(TaskStates.moved(asked, task, "", THEN), NOW, LEASE))
                .contains(task);
    }

    @Test
    void whoRanKeepsItsLeaseFromTheRestoreOn() {
        var running = new Stage.Running(TWO, "w1", THEN.plus(LEASE));
        var told = TaskStates.moved(asked, new Task(new TaskId("task-number-1"), LANE, 7, running), "", THEN);
        assertThat(TaskStates.restored(told, NOW, LEASE).orElseThrow().stage())
                .isEqualTo(new Stage.Running(TWO, "w1", NOW.plus(LEASE)));
    }

    @Test
    void anEndedTaskIsNothingToDecideOn() {
        var done = TaskState.newBuilder(asked).setPhase(Phase.DONE).build();
        assertThat(TaskStates.restored(done, NOW, LEASE)).isEmpty();
    }

    @Test
    void theFirstStartIsKeptOverLaterAttempts() {
        var id = new TaskId("task-number-1");
        var first = TaskStates.moved(
                asked, new Task(id, LANE, 1, new Stage.Running(AttemptNumber.FIRST, "w1", NOW)), "", THEN);
        var second = TaskStates.moved(first, new Task(id, LANE, 1, new Stage.Running(TWO, "w2", NOW)), "", NOW);
        assertThat(second.getStartedAt()).isEqualTo(THEN);
        assertThat(second.getWorker()).isEqualTo("w2");
    }
}
