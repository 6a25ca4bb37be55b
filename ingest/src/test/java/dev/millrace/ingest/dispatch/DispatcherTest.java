package dev.millrace.ingest.dispatch;

import static dev.millrace.ingest.dispatch.OneRepository.BY_ALICE;
import static dev.millrace.ingest.dispatch.OneRepository.LEASE;
import static dev.millrace.ingest.dispatch.OneRepository.lane;
import static dev.millrace.ingest.dispatch.OneRepository.offers;
import static dev.millrace.ingest.dispatch.OneRepository.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.id.AttemptNumber;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DispatcherTest {
    private static final AttemptNumber ONE = AttemptNumber.FIRST;
    private static final AttemptNumber TWO = ONE.next();

    private final OneRepository repository = OneRepository.unlimited();

    private void running() {
        repository.asked(1);
        repository.claimed(1, 1, "w1");
        assertThat(repository.stage(1))
                .isEqualTo(new Stage.Running(
                        ONE, "w1", repository.now(), repository.now().plus(LEASE), 0));
    }

    private List<Effect> beats(String worker) {
        return repository.happens(new Event.Beat(task(1), ONE, worker, 0));
    }

    private static void assertRefused(List<Effect> effects, Effect.Report report) {
        assertThat(effects)
                .singleElement()
                .isInstanceOfSatisfying(
                        Effect.Refused.class,
                        refused -> assertThat(refused.report()).isEqualTo(report));
    }

    @Test
    void aTaskInAFreeLaneIsOfferedAtOnce() {
        assertThat(repository.asked(1)).contains(new Effect.Offer(task(1), ONE, List.of(), null));
    }

    @Test
    void tasksOfDifferentLanesRunSideBySide() {
        running();
        assertThat(offers(repository.asked(2))).containsExactly(2);
    }

    @Test
    void theSameTaskAskedForAgainChangesNothing() {
        repository.asked(1);
        assertThat(repository.asked(1)).isEmpty();
    }

    @Test
    void anOfferThatNobodyClaimsIsRepeatedEverMoreRarely() {
        repository.asked(1);
        assertThat(repository.after(Duration.ofMinutes(10).minusSeconds(1))).isEmpty();
        assertThat(repository.after(Duration.ofSeconds(1)))
                .containsExactly(new Effect.Offer(task(1), ONE, List.of(), null));
        assertThat(repository.after(Duration.ofMinutes(10).minusSeconds(1))).isEmpty();
        assertThat(offers(repository.after(Duration.ofSeconds(1)))).containsExactly(1);
        assertThat(repository.after(Duration.ofMinutes(20).minusSeconds(1))).isEmpty();
    }

    @Nested
    class InABusyLane {
        private List<Effect> askedInTheLane(int number) {
            return repository.happens(new Event.Requested(task(number), lane(1), BY_ALICE));
        }

        @Test
        void theNextTaskWaitsAndSaysForWhom() {
            repository.asked(1);
            assertThat(askedInTheLane(2)).containsExactly(new Effect.Moved(repository.the(2)));
            assertThat(repository.reason(2)).isEqualTo("lane busy with task task-number-1");
        }

        @Test
        void onlyTheDeliveryLetsTheNextOneGoAndInTheOrderTheyWereAskedFor() {
            running();
            askedInTheLane(2);
            askedInTheLane(3);
            assertThat(offers(repository.solved(1, 1, "w1"))).isEmpty();
            List<Effect> delivered = repository.delivered(1);
            assertThat(delivered).contains(new Effect.Ended(task(1)));
            assertThat(offers(delivered)).containsExactly(2);
            assertThat(repository.reason(3)).isEqualTo("lane busy with task task-number-2");
        }

        @Test
        void priorityDoesNotJumpTheQueue() {
            repository.happens(new Event.Requested(task(1), lane(1), new Terms("alice", 9, "", null)));
            askedInTheLane(2);
            assertThat(repository.stage(1)).isInstanceOf(Stage.Offered.class);
            assertThat(repository.stage(2)).isInstanceOf(Stage.Waiting.class);
        }

        @Test
        void aTaskThatBacksOffKeepsItsLane() {
            running();
            repository.broken(1, 1, "w1", "no space left");
            assertThat(offers(askedInTheLane(2))).isEmpty();
        }

        @Test
        void aCancelledTaskInTheMiddleLetsNobodyOvertake() {
            running();
            askedInTheLane(2);
            askedInTheLane(3);
            repository.happens(new Event.Cancelled(task(2), "bob"));
            assertThat(offers(repository.delivered(2))).isEmpty();
            assertThat(repository.reason(3)).isEqualTo("lane busy with task task-number-1");
        }
    }

    @Nested
    class OnceAWorkerHoldsTheLease {
        @Test
        void anotherClaimIsDenied() {
            running();
            assertRefused(repository.claimed(1, 1, "w2"), Effect.Report.CLAIM);
            assertThat(repository.stage(1))
                    .isInstanceOfSatisfying(
                            Stage.Running.class,
                            running -> assertThat(running.worker()).isEqualTo("w1"));
        }

        @Test
        void theSameClaimAgainIsNoNews() {
            running();
            assertThat(repository.claimed(1, 1, "w1")).isEmpty();
        }

        @Test
        void onlyItsResultIsAccepted() {
            running();
            assertRefused(repository.solved(1, 1, "w2"), Effect.Report.RESULT);
            assertRefused(repository.solved(1, 2, "w1"), Effect.Report.RESULT);
            assertThat(repository.solved(1, 1, "w1")).contains(new Effect.Accept(task(1)));
        }

        @Test
        void aSecondResultIsRefused() {
            running();
            repository.solved(1, 1, "w1");
            assertRefused(repository.solved(1, 1, "w1"), Effect.Report.RESULT);
        }

        @Test
        void heartbeatsKeepItAndAreNoNews() {
            running();
            repository.later(LEASE.minusSeconds(1));
            assertThat(beats("w1")).isEmpty();
            assertThat(repository.after(Duration.ofSeconds(2))).isEmpty();
        }

        @Test
        void heartbeatsOfOthersDoNot() {
            running();
            repository.later(LEASE.minusSeconds(1));
            beats("w2");
            assertThat(repository.after(Duration.ofSeconds(2))).isNotEmpty();
        }

        @Test
        void timeInWhichDispatchCouldHearNobodyDoesNotCount() {
            running();
            repository.later(LEASE.plusSeconds(30));
            assertThat(repository.happens(new Event.HeldUp(Duration.ofSeconds(31))))
                    .isEmpty();
            assertThat(repository.after(Duration.ZERO)).isEmpty();
            assertThat(repository.after(Duration.ofSeconds(1))).isNotEmpty();
        }

        @Test
        void silenceLosesItAndTheNextAttemptIsOfferedAtOnceToAnother() {
            running();
            assertThat(repository.after(LEASE)).contains(new Effect.Offer(task(1), TWO, List.of("w1"), null));
            assertRefused(repository.solved(1, 1, "w1"), Effect.Report.RESULT);
        }

        @Test
        void anAttemptThatLastsTooLongEndsTheTask() {
            running();
            for (int beat = 0; beat < Duration.ofHours(2).toSeconds() / 10 - 1; beat++) {
                repository.later(Duration.ofSeconds(10));
                beats("w1");
            }
            assertThat(repository.after(Duration.ZERO)).isEmpty();
            assertThat(repository.after(Duration.ofSeconds(10)))
                    .first()
                    .isInstanceOfSatisfying(Effect.Conclude.class, end -> {
                        assertThat(end.ending()).isEqualTo(Effect.Ending.TIMED_OUT);
                        assertThat(end.reason()).isEqualTo("attempt 1 ran for more than PT2H");
                    });
        }
    }

    @Nested
    class WhenTheMachineFails {
        @Test
        void theNextAttemptWaitsForTheBackoffSaysSoAndAvoidsTheWorker() {
            running();
            assertThat(offers(repository.broken(1, 1, "w1", "docker is away"))).isEmpty();
            var waiting = (Stage.Waiting) repository.stage(1);
            assertThat(Duration.between(repository.now(), waiting.notBefore()))
                    .isBetween(Duration.ofSeconds(5), Duration.ofMillis(7_500));
            assertThat(repository.reason(1))
                    .isEqualTo("attempt 1: docker is away; backing off until " + waiting.notBefore());
            assertThat(repository.after(Duration.ofMillis(4_999))).isEmpty();
            assertThat(repository.after(Duration.ofMillis(2_501)))
                    .contains(new Effect.Offer(task(1), TWO, List.of("w1"), null));
        }

        @Test
        void tooOftenTheTaskIsGivenUpWithTheWholeStory() {
            running();
            repository.broken(1, 1, "w1", "docker is away");
            repository.after(Duration.ofSeconds(8));
            repository.claimed(1, 2, "w2");
            assertThat(repository.after(LEASE)).first().isInstanceOfSatisfying(Effect.Conclude.class, end -> {
                assertThat(end.ending()).isEqualTo(Effect.Ending.BROKEN);
                assertThat(end.reason())
                        .isEqualTo("2 attempts failed: attempt 1 by w1: docker is away;"
                                + " attempt 2 by w2: worker w2 fell silent");
            });
            assertThat(repository.delivered(1)).containsExactly(new Effect.Ended(task(1)));
            assertThat(repository.state().tasks()).isEmpty();
        }

        @Test
        void backoffDoublesAndNeverIsTheSameForTwoTasks() {
            var rules = repository.rules();
            assertThat(rules.backoffAfter(task(1), 2)).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
            assertThat(rules.backoffAfter(task(1), 3)).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
            assertThat(rules.backoffAfter(task(1), 1)).isNotEqualTo(rules.backoffAfter(task(2), 1));
            assertThat(rules.backoffAfter(task(1), 1)).isEqualTo(rules.backoffAfter(task(1), 1));
        }

        @Test
        void aTaskAvoidsTheLastThreeThatBrokeIt() {
            var stubborn = new OneRepository(10, new Rules.Caps(1, 1), new Rules.Budgets(null, null));
            stubborn.asked(1);
            for (int attempt = 1; attempt <= 4; attempt++) {
                stubborn.claimed(1, attempt, "w" + attempt);
                stubborn.broken(1, attempt, "w" + attempt, "no space left");
                stubborn.after(Duration.ofMinutes(10));
            }
            assertThat(stubborn.the(1).avoid()).containsExactly("w4", "w3", "w2");
        }
    }

    @Nested
    class WhenSomebodyCancels {
        private List<Effect> cancelled() {
            return repository.happens(new Event.Cancelled(task(1), "bob"));
        }

        private void assertCancelled(List<Effect> effects, int offered) {
            assertThat(effects).first().isInstanceOfSatisfying(Effect.Conclude.class, end -> {
                assertThat(end.ending()).isEqualTo(Effect.Ending.CANCELLED);
                assertThat(end.reason()).isEqualTo("cancelled by bob");
            });
            assertThat(repository.stage(1)).isEqualTo(new Stage.Delivering(offered));
        }

        @Test
        void aQueuedTaskEndsAtOnce() {
            repository.happens(new Event.Paused(Pause.Scope.REPOSITORY, new Pause("bob", "")));
            repository.asked(1);
            assertCancelled(cancelled(), 0);
        }

        @Test
        void anOfferedTaskEndsAndWhoeverClaimsItIsDenied() {
            repository.asked(1);
            assertCancelled(cancelled(), 1);
            assertRefused(repository.claimed(1, 1, "w1"), Effect.Report.CLAIM);
        }

        @Test
        void aRunningTaskEndsAndItsResultIsRefused() {
            running();
            assertCancelled(cancelled(), 1);
            assertThat(repository.the(1).past())
                    .singleElement()
                    .satisfies(past -> assertThat(past.reason()).isEqualTo("cancelled by bob"));
            assertRefused(repository.solved(1, 1, "w1"), Effect.Report.RESULT);
        }

        @Test
        void whatHasAnOutcomeKeepsIt() {
            running();
            repository.solved(1, 1, "w1");
            assertRefused(cancelled(), Effect.Report.CANCEL);
        }
    }

    @Test
    void aDeliveryOfWhatDoesNotAwaitOneChangesNothing() {
        repository.asked(1);
        assertThat(repository.delivered(1)).isEmpty();
        assertThat(repository.delivered(2)).isEmpty();
    }
}
