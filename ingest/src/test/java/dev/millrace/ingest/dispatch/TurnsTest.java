package dev.millrace.ingest.dispatch;

import static dev.millrace.ingest.dispatch.OneRepository.BY_ALICE;
import static dev.millrace.ingest.dispatch.OneRepository.offers;
import static dev.millrace.ingest.dispatch.OneRepository.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingest.dispatch.Pause.Scope;
import dev.millrace.schemas.id.AttemptNumber;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final Terms BY_BOB = new Terms("bob", 0, "", null);

    @Nested
    class Caps {
        private final OneRepository repository = OneRepository.withCaps(2, 100);

        @Test
        void oneOfferLiesWithTheWorkersAtATime() {
            assertThat(offers(repository.asked(1))).containsExactly(1);
            assertThat(offers(repository.asked(2))).isEmpty();
            assertThat(repository.reason(2)).isEqualTo("its repository's turn: task task-number-1 is offered first");
            assertThat(offers(repository.claimed(1, 1, "w1"))).containsExactly(2);
        }

        @Test
        void noMoreRunThanTheRepositoryMayHave() {
            for (int number = 1; number <= 4; number++) {
                repository.asked(number);
            }
            repository.claimed(1, 1, "w1");
            assertThat(offers(repository.claimed(2, 1, "w1"))).isEmpty();
            assertThat(repository.reason(3)).isEqualTo("repository at its cap of 2");
            assertThat(repository.reason(4))
                    .isEqualTo("other tasks of its repository go first; at most 2 of them run at a time");
            assertThat(offers(repository.solved(1, 1, "w1")))
                    .as("a task that is with the sink takes no seat")
                    .containsExactly(3);
            assertThat(repository.reason(4)).isEqualTo("repository at its cap of 2");
        }

        @Test
        void oneThatEndsIsNoNewsForThoseFarBehind() {
            for (int number = 1; number <= 100; number++) {
                repository.asked(number);
            }
            repository.claimed(1, 1, "w1");
            repository.claimed(2, 1, "w1");
            assertThat(repository.solved(1, 1, "w1")).hasSizeLessThan(6);
        }

        @Test
        void onePersonsTasksLeaveRoomForAnothers() {
            var shared = OneRepository.withCaps(4, 1);
            shared.asked(1);
            shared.asked(2);
            assertThat(shared.reason(2)).isEqualTo("alice at the cap of 1 for one person");
            shared.asked(3, BY_BOB);
            assertThat(offers(shared.claimed(1, 1, "w1"))).containsExactly(3);
        }
    }

    @Nested
    class Priority {
        @Test
        void whoIsWaitedForGoesBeforeABatch() {
            var repository = OneRepository.withCaps(1, 100);
            repository.asked(1);
            repository.claimed(1, 1, "w1");
            repository.asked(2, new Terms("alice", 5, "", null));
            repository.asked(3, new Terms("alice", 0, "", null));
            repository.asked(4, new Terms("alice", 0, "", null));
            assertThat(repository.reason(3)).isEqualTo("repository at its cap of 1");
            assertThat(offers(repository.solved(1, 1, "w1"))).containsExactly(3);
        }
    }

    @Nested
    class Pauses {
        private final OneRepository repository = OneRepository.withCaps(2, 2);

        private List<Effect> paused(Scope scope) {
            return repository.happens(new Event.Paused(scope, new Pause("bob", "the mill is cleaned")));
        }

        @Test
        void nothingIsOfferedAndEveryoneSeesByWhomAndWhy() {
            paused(Scope.REPOSITORY);
            assertThat(offers(repository.asked(1))).isEmpty();
            assertThat(repository.reason(1)).isEqualTo("paused by bob: the mill is cleaned");
            assertThat(offers(repository.happens(new Event.Resumed(Scope.REPOSITORY))))
                    .containsExactly(1);
        }

        @Test
        void eachIsTakenBackByItself() {
            paused(Scope.EVERYTHING);
            paused(Scope.REPOSITORY);
            repository.asked(1);
            assertThat(repository.reason(1)).isEqualTo("everything is paused by bob: the mill is cleaned");
            assertThat(offers(repository.happens(new Event.Resumed(Scope.EVERYTHING))))
                    .isEmpty();
            assertThat(repository.reason(1)).isEqualTo("paused by bob: the mill is cleaned");
        }

        @Test
        void whatRunsGoesOn() {
            repository.asked(1);
            repository.claimed(1, 1, "w1");
            paused(Scope.EVERYTHING);
            assertThat(repository.solved(1, 1, "w1")).contains(new Effect.Accept(task(1)));
        }

        @Test
        void whatNobodyHasClaimedIsTakenBackUnderItsNumber() {
            repository.asked(1);
            paused(Scope.REPOSITORY);
            assertThat(repository.claimed(1, 1, "w1")).hasOnlyElementsOfType(Effect.Refused.class);
            assertThat(repository.happens(new Event.Resumed(Scope.REPOSITORY)))
                    .contains(new Effect.Offer(task(1), new AttemptNumber(2), List.of(), null));
            assertThat(repository.the(1).failures()).isZero();
        }
    }

    @Nested
    class ABusyModel {
        private static final Terms LARGE = new Terms("alice", 0, "large", null);

        private final OneRepository repository = OneRepository.withCaps(10, 10);

        @Test
        void countsAsNoAttemptAndHoldsUpOnlyItsOwnTasks() {
            repository.asked(1, LARGE);
            repository.asked(2, LARGE);
            repository.asked(3);
            repository.claimed(1, 1, "w1");
            assertThat(offers(repository.putOff(1, 1, "w1", Duration.ofSeconds(90))))
                    .as("of another model, in place of what is taken back")
                    .containsExactly(3);
            String until = repository.now().plusSeconds(90).toString();
            assertThat(repository.reason(1)).isEqualTo("attempt 1: too many requests; put off until " + until);
            assertThat(repository.reason(2)).isEqualTo("model large is busy until " + until);
            assertThat(repository.the(1).failures()).isZero();
            assertThat(repository.the(1).avoid()).isEmpty();
            repository.claimed(3, 1, "w1");
            repository.solved(3, 1, "w1");
            assertThat(repository.after(Duration.ofSeconds(89))).isEmpty();
            assertThat(offers(repository.after(Duration.ofSeconds(1)))).containsExactly(1);
        }

        @Test
        void mayPutATaskOffForEverWithoutAnEndlessStory() {
            repository.asked(1, LARGE);
            for (int attempt = 1; attempt <= 50; attempt++) {
                repository.claimed(1, attempt, "w1");
                repository.putOff(1, attempt, "w1", Duration.ofSeconds(10));
                repository.after(Duration.ofSeconds(10));
            }
            assertThat(repository.stage(1)).isInstanceOf(Stage.Offered.class);
            assertThat(repository.the(1).past()).hasSize(1);
        }

        @Test
        void endsWithTheNumbersOfAttempts() {
            repository.asked(1, LARGE);
            for (int attempt = 1; attempt <= 1000; attempt++) {
                assertThat(repository.stage(1)).isInstanceOf(Stage.Offered.class);
                repository.claimed(1, attempt, "w1");
                repository.putOff(1, attempt, "w1", Duration.ZERO);
            }
            assertThat(repository.stage(1)).isInstanceOf(Stage.Delivering.class);
        }

        @Test
        void isNotMeantByAWorkerThatHandsItsWorkBack() {
            repository.asked(1, LARGE);
            repository.claimed(1, 1, "w1");
            assertThat(offers(repository.putOff(1, 1, "w1", Duration.ZERO))).containsExactly(1);
        }
    }

    @Nested
    class Budgets {
        private final OneRepository repository =
                new OneRepository(2, new Rules.Caps(10, 10), new Rules.Budgets(1_000_000L, 600_000L));

        private void spends(int number, long micros) {
            repository.claimed(number, 1, "w1");
            repository.finished(number, 1, "w1", new Event.Result.Ended(), micros);
        }

        @Test
        void whatIsLeftGoesOutWithEachOffer() {
            assertThat(repository.asked(1))
                    .contains(new Effect.Offer(task(1), AttemptNumber.FIRST, List.of(), 600_000L));
            spends(1, 500_000);
            assertThat(repository.asked(2))
                    .contains(new Effect.Offer(task(2), AttemptNumber.FIRST, List.of(), 100_000L));
            repository.claimed(2, 1, "w1");
            assertThat(repository.asked(3, BY_BOB))
                    .contains(new Effect.Offer(task(3), AttemptNumber.FIRST, List.of(), 500_000L));
        }

        @Test
        void whatARunningAttemptReportsCountsAlready() {
            repository.asked(1);
            repository.claimed(1, 1, "w1");
            repository.happens(new Event.Beat(task(1), AttemptNumber.FIRST, "w1", 550_000));
            assertThat(repository.asked(2))
                    .contains(new Effect.Offer(task(2), AttemptNumber.FIRST, List.of(), 50_000L));
        }

        @Test
        void usedUpNothingIsOfferedUntilTheNextDay() {
            repository.asked(1);
            spends(1, 600_000);
            assertThat(offers(repository.asked(2))).isEmpty();
            assertThat(repository.reason(2))
                    .isEqualTo("the day's budget of alice is used up until 2026-11-02T00:00:00Z");
            repository.asked(3, BY_BOB);
            spends(3, 400_000);
            repository.asked(4, BY_BOB);
            assertThat(repository.reason(4))
                    .isEqualTo("the day's budget of the repository is used up until 2026-11-02T00:00:00Z");
            assertThat(repository.after(Duration.ofHours(12).minusSeconds(1))).isEmpty();
            assertThat(repository.after(Duration.ofSeconds(1)))
                    .contains(new Effect.Offer(task(2), AttemptNumber.FIRST, List.of(), 600_000L));
        }

        @Test
        void whatTheMachineBrokeWasSpentAllTheSame() {
            repository.asked(1);
            repository.claimed(1, 1, "w1");
            repository.finished(1, 1, "w1", new Event.Result.Broken("no space left"), 600_000);
            repository.after(Duration.ofSeconds(8));
            assertThat(repository.reason(1)).contains("budget of alice is used up");
        }
    }

    @Nested
    class Deadlines {
        private final OneRepository repository = OneRepository.withCaps(1, 1);
        private final Instant deadline = repository.now().plusSeconds(60);
        private final Terms urgent = new Terms("alice", 0, "", deadline);

        private void assertTimedOut(List<Effect> effects) {
            assertThat(effects)
                    .anySatisfy(effect -> assertThat(effect).isInstanceOfSatisfying(Effect.Conclude.class, end -> {
                        assertThat(end.ending()).isEqualTo(Effect.Ending.TIMED_OUT);
                        assertThat(end.reason())
                                .isEqualTo(
                                        "its deadline, %s, passed before an attempt could start".formatted(deadline));
                    }));
        }

        @Test
        void noAttemptStartsAfterThem() {
            repository.asked(1, urgent);
            assertThat(repository.after(Duration.ofSeconds(60))).isEmpty();
            assertTimedOut(repository.after(Duration.ofMillis(1)));
        }

        @Test
        void aClaimThatComesTooLateIsDenied() {
            repository.asked(1, urgent);
            repository.later(Duration.ofSeconds(61));
            assertTimedOut(repository.claimed(1, 1, "w1"));
        }

        @Test
        void whatRunsMayEnd() {
            repository.asked(1, urgent);
            repository.claimed(1, 1, "w1");
            repository.later(Duration.ofSeconds(61));
            assertThat(repository.happens(new Event.Beat(task(1), AttemptNumber.FIRST, "w1", 0)))
                    .isEmpty();
            assertThat(repository.after(Duration.ZERO)).isEmpty();
        }

        @Test
        void holdUpNobodyElse() {
            repository.asked(1, BY_ALICE);
            repository.claimed(1, 1, "w1");
            repository.asked(2, urgent);
            repository.asked(3, BY_ALICE);
            repository.later(Duration.ofSeconds(11));
            repository.happens(new Event.Beat(task(1), AttemptNumber.FIRST, "w1", 0));
            repository.later(Duration.ofSeconds(50));
            assertThat(offers(repository.solved(1, 1, "w1"))).containsExactly(3);
        }
    }
}
