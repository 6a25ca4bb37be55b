package dev.millrace.ingest.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.avro.AttemptEvent;
import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.Verification;
import dev.millrace.schemas.id.AttemptNumber;
import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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

    private static final Rules RULES = new Rules(
            LEASE,
            3,
            Duration.ofSeconds(5),
            Duration.ofMinutes(10),
            Duration.ofHours(2),
            new Rules.Caps(4, 4),
            new Rules.Budgets(null, null));
    private static final Past BROKEN =
            new Past(AttemptNumber.FIRST, "w0", THEN.minusSeconds(20), THEN, true, "no space left", 12);

    private static Task task(Stage stage) {
        return new Task(
                new TaskId("task-number-1"),
                LANE,
                7,
                new Terms("alice", 0, "", null),
                List.of(BROKEN),
                stage,
                stage instanceof Stage.Waiting ? "paused by bob" : "");
    }

    static Stream<Stage> stages() {
        return Stream.of(
                Stage.Waiting.FIRST,
                new Stage.Waiting(TWO, THEN.plusSeconds(5)),
                Stage.Offered.first(TWO, THEN, Duration.ofMinutes(10)),
                new Stage.Running(TWO, "w1", THEN, NOW.plus(LEASE), 0),
                new Stage.Delivering(2),
                new Stage.Delivering(0));
    }

    @ParameterizedTest
    @MethodSource("stages")
    void whatWasToldIsWhatIsRestored(Stage stage) {
        assertThat(TaskStates.restored(TaskStates.moved(asked, task(stage), THEN), NOW, RULES))
                .contains(task(stage));
    }

    @Test
    void whoRanKeepsItsLeaseFromTheRestoreOn() {
        var told = TaskStates.moved(asked, task(new Stage.Running(TWO, "w1", THEN, THEN.plus(LEASE), 5)), THEN);
        assertThat(TaskStates.restored(told, NOW, RULES).orElseThrow().stage())
                .isEqualTo(new Stage.Running(TWO, "w1", THEN, NOW.plus(LEASE), 0));
    }

    @Test
    void anOfferIsRepeatedAfterTheRestoreWhenItWouldHaveBeen() {
        var told = TaskStates.moved(asked, task(Stage.Offered.first(TWO, THEN, RULES.offerAgain())), THEN);
        assertThat(TaskStates.restored(told, THEN.plus(Duration.ofMinutes(25)), RULES)
                        .orElseThrow()
                        .stage())
                .isEqualTo(new Stage.Offered(TWO, THEN, THEN.plus(Duration.ofMinutes(40))));
    }

    @Test
    void anotherReasonToWaitDoesNotMakeThePhaseBeginAnew() {
        var waiting = TaskStates.moved(asked, task(new Stage.Waiting(TWO, THEN)), THEN);
        var still = TaskStates.moved(waiting, task(new Stage.Waiting(TWO, THEN)).waiting("something else"), NOW);
        assertThat(still.getSince()).isEqualTo(THEN);
        assertThat(still.getWaitingFor()).isEqualTo("something else");
    }

    @Test
    void whatEndedTasksCostTodayIsKnownAgain() {
        var done = TaskState.newBuilder(TaskStates.moved(asked, task(new Stage.Delivering(1)), THEN))
                .setPhase(Phase.DONE)
                .build();
        var restored = TaskStates.restored(List.of(done), Map.of(), NOW, RULES);
        assertThat(restored.tasks()).isEmpty();
        assertThat(restored.spending().on(BROKEN.day())).isEqualTo(Map.of("alice", 12L));
        assertThat(restored.spending().on(BROKEN.day().plusDays(1))).isEmpty();
    }

    @Test
    void anEndedTaskIsNothingToDecideOn() {
        var done = TaskState.newBuilder(asked).setPhase(Phase.DONE).build();
        assertThat(TaskStates.restored(done, NOW, RULES)).isEmpty();
    }

    @Test
    void theFirstStartIsKeptOverLaterAttempts() {
        var first = TaskStates.moved(asked, task(new Stage.Running(AttemptNumber.FIRST, "w1", THEN, NOW, 0)), THEN);
        var second = TaskStates.moved(first, task(new Stage.Running(TWO, "w2", NOW, NOW, 0)), NOW);
        assertThat(second.getStartedAt()).isEqualTo(THEN);
        assertThat(second.getWorker()).isEqualTo("w2");
    }

    @Test
    void whatWasVerifiedIsPassedOnFromTheAttemptToTheState() {
        var verification = Verification.newBuilder()
                .setPassed(false)
                .setRounds(2)
                .setOutput("1 test failed")
                .build();
        var event = AttemptEvent.newBuilder()
                .setTaskId("task-number-1")
                .setRepo("alice/demo")
                .setAttempt(1)
                .setWorker("w1")
                .setAt(NOW)
                .build();
        var finished = Finished.newBuilder()
                .setOutcome(Outcome.UNSOLVED)
                .setVerification(verification)
                .build();
        var outcome = Outcomes.of(asked, event, finished, NOW);
        assertThat(outcome.getVerification()).isEqualTo(verification);
        assertThat(TaskStates.accepted(asked, outcome).getVerification()).isEqualTo(verification);
    }
}
