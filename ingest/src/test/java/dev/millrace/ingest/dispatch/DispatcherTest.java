package dev.millrace.ingest.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.id.AttemptNumber;
import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DispatcherTest {
    private static final LaneId LANE = new LaneId("alice/demo#1");
    private static final LaneId OTHER_LANE = new LaneId("alice/demo#2");
    private static final TaskId FIRST = new TaskId("task-number-1");
    private static final TaskId SECOND = new TaskId("task-number-2");
    private static final TaskId THIRD = new TaskId("task-number-3");
    private static final AttemptNumber ONE = AttemptNumber.FIRST;
    private static final AttemptNumber TWO = ONE.next();
    private static final Duration LEASE = Duration.ofSeconds(12);

    private final Dispatcher dispatcher =
            new Dispatcher(new Rules(LEASE, 2, Duration.ofSeconds(5), Duration.ofMinutes(10)));
    private RepositoryState state = RepositoryState.EMPTY;
    private Instant now = Instant.parse("2026-11-01T12:00:00Z");

    private List<Effect> happens(Event event) {
        var decision = dispatcher.decide(state, event, now);
        state = decision.state();
        return decision.effects();
    }

    private void runs(TaskId task, AttemptNumber attempt, String worker) {
        happens(new Event.Claimed(task, attempt, worker));
        assertThat(stage(task)).isEqualTo(new Stage.Running(attempt, worker, now.plus(LEASE)));
    }

    private Stage stage(TaskId task) {
        return state.task(task).orElseThrow().stage();
    }

    @Test
    void aTaskInAFreeLaneIsOfferedAtOnce() {
        assertThat(happens(new Event.Requested(FIRST, LANE))).contains(new Effect.Offer(FIRST, ONE));
    }

    @Test
    void tasksOfDifferentLanesRunSideBySide() {
        happens(new Event.Requested(FIRST, LANE));
        assertThat(happens(new Event.Requested(SECOND, OTHER_LANE))).contains(new Effect.Offer(SECOND, ONE));
    }

    @Test
    void theSameTaskAskedForAgainChangesNothing() {
        happens(new Event.Requested(FIRST, LANE));
        assertThat(happens(new Event.Requested(FIRST, LANE))).isEmpty();
    }

    @Test
    void anOfferThatNobodyClaimsIsRepeatedNowAndThen() {
        happens(new Event.Requested(FIRST, LANE));
        now = now.plus(Duration.ofMinutes(10)).minusSeconds(1);
        assertThat(happens(new Event.TimePassed())).isEmpty();
        now = now.plusSeconds(1);
        assertThat(happens(new Event.TimePassed())).containsExactly(new Effect.Offer(FIRST, ONE));
        assertThat(happens(new Event.TimePassed())).isEmpty();
    }

    @Nested
    class InABusyLane {
        @Test
        void theNextTaskWaitsAndSaysForWhom() {
            happens(new Event.Requested(FIRST, LANE));
            assertThat(happens(new Event.Requested(SECOND, LANE)))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Effect.Moved.class,
                            moved -> assertThat(moved.waitingFor()).contains(FIRST.value()));
        }

        @Test
        void onlyTheDeliveryLetsTheNextOneGoAndInTheOrderTheyWereAskedFor() {
            happens(new Event.Requested(FIRST, LANE));
            happens(new Event.Requested(SECOND, LANE));
            happens(new Event.Requested(THIRD, LANE));
            runs(FIRST, ONE, "w1");
            assertThat(happens(new Event.Finished(FIRST, ONE, "w1", false, "")))
                    .noneMatch(Effect.Offer.class::isInstance);
            assertThat(happens(new Event.Delivered(FIRST)))
                    .contains(new Effect.Ended(FIRST), new Effect.Offer(SECOND, ONE))
                    .doesNotContain(new Effect.Offer(THIRD, ONE));
        }

        @Test
        void aTaskThatBacksOffKeepsItsLane() {
            happens(new Event.Requested(FIRST, LANE));
            runs(FIRST, ONE, "w1");
            happens(new Event.Finished(FIRST, ONE, "w1", true, "no space left"));
            assertThat(happens(new Event.Requested(SECOND, LANE))).noneMatch(Effect.Offer.class::isInstance);
        }
    }

    @Nested
    class OnceAWorkerHoldsTheLease {
        private void running() {
            happens(new Event.Requested(FIRST, LANE));
            runs(FIRST, ONE, "w1");
        }

        @Test
        void anotherClaimIsDenied() {
            running();
            assertThat(happens(new Event.Claimed(FIRST, ONE, "w2"))).hasOnlyElementsOfType(Effect.Refused.class);
            assertThat(stage(FIRST)).isEqualTo(new Stage.Running(ONE, "w1", now.plus(LEASE)));
        }

        @Test
        void theSameClaimAgainIsNoNews() {
            running();
            assertThat(happens(new Event.Claimed(FIRST, ONE, "w1"))).isEmpty();
        }

        @Test
        void onlyItsResultIsAccepted() {
            running();
            assertThat(happens(new Event.Finished(FIRST, ONE, "w2", false, "")))
                    .hasOnlyElementsOfType(Effect.Refused.class);
            assertThat(happens(new Event.Finished(FIRST, ONE, "w1", false, ""))).contains(new Effect.Accept(FIRST));
        }

        @Test
        void aSecondResultIsRefused() {
            running();
            happens(new Event.Finished(FIRST, ONE, "w1", false, ""));
            assertThat(happens(new Event.Finished(FIRST, ONE, "w1", false, "")))
                    .hasOnlyElementsOfType(Effect.Refused.class);
        }

        @Test
        void heartbeatsKeepIt() {
            running();
            now = now.plus(LEASE).minusSeconds(1);
            happens(new Event.Beat(FIRST, ONE, "w1"));
            now = now.plusSeconds(2);
            assertThat(happens(new Event.TimePassed())).isEmpty();
        }

        @Test
        void heartbeatsOfOthersDoNot() {
            running();
            now = now.plus(LEASE).minusSeconds(1);
            happens(new Event.Beat(FIRST, ONE, "w2"));
            now = now.plusSeconds(2);
            assertThat(happens(new Event.TimePassed())).isNotEmpty();
        }

        @Test
        void timeInWhichDispatchCouldHearNobodyDoesNotCount() {
            running();
            now = now.plus(LEASE).plusSeconds(30);
            assertThat(happens(new Event.HeldUp(Duration.ofSeconds(31)))).isEmpty();
            assertThat(happens(new Event.TimePassed())).isEmpty();
            now = now.plusSeconds(1);
            assertThat(happens(new Event.TimePassed())).isNotEmpty();
        }

        @Test
        void silenceLosesItAndTheNextAttemptIsOfferedAfterTheBackoff() {
            running();
            now = now.plus(LEASE);
            assertThat(happens(new Event.TimePassed())).noneMatch(Effect.Offer.class::isInstance);
            now = now.plusSeconds(5);
            assertThat(happens(new Event.TimePassed())).contains(new Effect.Offer(FIRST, TWO));
            assertThat(happens(new Event.Finished(FIRST, ONE, "w1", false, "")))
                    .hasOnlyElementsOfType(Effect.Refused.class);
        }
    }

    @Test
    void whenTheMachineFailsTooOftenTheTaskIsGivenUpWithTheReason() {
        happens(new Event.Requested(FIRST, LANE));
        runs(FIRST, ONE, "w1");
        happens(new Event.Finished(FIRST, ONE, "w1", true, "docker is away"));
        now = now.plusSeconds(5);
        happens(new Event.TimePassed());
        runs(FIRST, TWO, "w2");
        assertThat(happens(new Event.Finished(FIRST, TWO, "w2", true, "docker is still away")))
                .contains(new Effect.GiveUp(FIRST, TWO, "docker is still away"));
        assertThat(happens(new Event.Delivered(FIRST))).containsExactly(new Effect.Ended(FIRST));
        assertThat(state.isEmpty()).isTrue();
    }

    @Test
    void aDeliveryOfWhatDoesNotAwaitOneChangesNothing() {
        happens(new Event.Requested(FIRST, LANE));
        assertThat(happens(new Event.Delivered(FIRST))).isEmpty();
        assertThat(happens(new Event.Delivered(SECOND))).isEmpty();
    }

    @Test
    void backoffDoubles() {
        var rules = new Rules(LEASE, 5, Duration.ofSeconds(5), Duration.ofMinutes(10));
        assertThat(rules.backoffAfter(ONE)).isEqualTo(Duration.ofSeconds(5));
        assertThat(rules.backoffAfter(TWO)).isEqualTo(Duration.ofSeconds(10));
        assertThat(rules.backoffAfter(TWO.next())).isEqualTo(Duration.ofSeconds(20));
    }
}
