package dev.millrace.e2e.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Histories in which a promise was broken, and the same ones in which it was kept. */
class GuaranteesTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    private static final String A = "worker-a";
    private static final String B = "worker-b";

    private final List<Fact> facts = new ArrayList<>();

    private static Instant at(double seconds) {
        return NOON.plusMillis((long) (seconds * 1_000));
    }

    private void asked(double at, String task, String lane) {
        facts.add(new Fact.Asked(at(at), task, lane, "o/r"));
    }

    private void stands(double at, String task, Phase phase, int attempt, String worker) {
        facts.add(new Fact.Stands(at(at), task, phase, attempt, worker, ""));
    }

    private void ended(double at, String task, int attempt, String worker) {
        facts.add(new Fact.Ended(at(at), task, attempt, worker, Outcome.NO_CHANGE));
    }

    private void delivered(double at, String task) {
        facts.add(new Fact.Delivered(at(at), task));
    }

    private void works(double from, double to, String task, int attempt, String worker) {
        facts.add(new Fact.Holds(at(from), task, attempt, worker));
        facts.add(new Fact.Left(at(to), task, attempt, worker));
    }

    /** A task that goes the whole way at A. */
    private void goesWell(double from, String task, String lane) {
        asked(from, task, lane);
        stands(from + 0.1, task, Phase.OFFERED, 1, "");
        stands(from + 0.2, task, Phase.RUNNING, 1, A);
        works(from + 0.3, from + 0.8, task, 1, A);
        ended(from + 0.8, task, 1, A);
        stands(from + 0.8, task, Phase.DELIVERING, 1, A);
        delivered(from + 0.9, task);
        stands(from + 1, task, Phase.DONE, 1, A);
    }

    private List<String> breaches(Guarantee guarantee) {
        return guarantee.breaches(new History(facts));
    }

    @Test
    void nothingIsBrokenWhereAllGoesWell() {
        goesWell(0, "task-0001", "o/r#1");
        goesWell(1, "task-0002", "o/r#1");
        goesWell(0.5, "task-0003", "o/r#2");

        assertThat(Guarantees.of(Plan.small(1)))
                .allSatisfy(guarantee ->
                        assertThat(breaches(guarantee)).as(guarantee.promise()).isEmpty());
    }

    @Nested
    class Outcomes {

        @Test
        void aMissingOneIsFound() {
            asked(0, "task-0001", "o/r#1");

            assertThat(breaches(new NothingIsLost())).singleElement().asString().contains("task-0001");
        }

        @Test
        void aSecondOneIsFound() {
            goesWell(0, "task-0001", "o/r#1");
            ended(2, "task-0001", 2, B);

            assertThat(breaches(new NothingComesTwice()))
                    .singleElement()
                    .asString()
                    .contains("2 outcomes");
        }

        @Test
        void oneThatNobodyAskedForIsFound() {
            ended(2, "task-0001", 2, B);

            assertThat(breaches(new NothingComesTwice()))
                    .singleElement()
                    .asString()
                    .contains("nobody asked");
        }

        @Test
        void oneOfALeaseThatWasLostIsFound() {
            asked(0, "task-0001", "o/r#1");
            stands(1, "task-0001", Phase.RUNNING, 1, A);
            stands(5, "task-0001", Phase.RUNNING, 2, B);
            ended(6, "task-0001", 1, A);
            stands(6, "task-0001", Phase.DELIVERING, 1, A);

            assertThat(breaches(new OnlyTheHolderIsHeard()))
                    .singleElement()
                    .asString()
                    .contains("attempt 1 by worker-a");
        }

        @Test
        void oneOfAnotherWorkerIsFound() {
            asked(0, "task-0001", "o/r#1");
            stands(1, "task-0001", Phase.RUNNING, 1, A);
            ended(6, "task-0001", 1, B);

            assertThat(breaches(new OnlyTheHolderIsHeard())).hasSize(1);
        }
    }

    @Nested
    class Lanes {

        @Test
        void aTaskThatRunsBeforeTheDeliveryBeforeItIsFound() {
            goesWell(0, "task-0001", "o/r#1");
            goesWell(0.7, "task-0002", "o/r#1");

            assertThat(breaches(new LanesKeepTheirOrder()))
                    .singleElement()
                    .asString()
                    .contains("task-0002 began");
        }

        @Test
        void theOrderAskedForCountsWhateverTheClocksSaid() {
            asked(5, "task-0001", "o/r#1");
            goesWell(0, "task-0002", "o/r#1");

            assertThat(breaches(new LanesKeepTheirOrder()))
                    .singleElement()
                    .asString()
                    .contains("task-0001 before it was never delivered");
        }

        @Test
        void anAgentThatIsLetLooseTooEarlyIsFoundThoughDispatchSaidNothingOfIt() {
            goesWell(0, "task-0001", "o/r#1");
            asked(0, "task-0002", "o/r#1");
            works(0.5, 0.6, "task-0002", 1, B);

            assertThat(breaches(new LanesKeepTheirOrder())).hasSize(1);
        }

        @Test
        void aTaskThatNeverEndsIsFound() {
            asked(0, "task-0001", "o/r#1");
            stands(1, "task-0001", Phase.QUEUED, 0, "");

            assertThat(breaches(new LanesMoveOn(Duration.ofMinutes(1))))
                    .singleElement()
                    .asString()
                    .contains("did not come to its end");
        }

        @Test
        void aLaneThatStoodForTooLongIsFound() {
            goesWell(0, "task-0001", "o/r#1");
            goesWell(70, "task-0002", "o/r#1");
            facts.set(8, new Fact.Asked(at(0), "task-0002", "o/r#1", "o/r"));

            assertThat(breaches(new LanesMoveOn(Duration.ofMinutes(1))))
                    .singleElement()
                    .asString()
                    .contains("was the first of lane o/r#1 for PT1M9.2S");
        }
    }

    @Nested
    class Caps {

        @Test
        void oneTaskTooManyIsFound() {
            for (int task = 1; task <= 3; task++) {
                asked(0, "task-000" + task, "o/r#" + task);
                stands(task, "task-000" + task, Phase.RUNNING, 1, A);
            }

            assertThat(breaches(new CapsAreKept(2))).singleElement().asString().contains("had 3 tasks");
            assertThat(breaches(new CapsAreKept(3))).isEmpty();
        }

        @Test
        void aPlaceThatIsFreedInTheSameMomentIsFree() {
            for (int task = 1; task <= 3; task++) {
                asked(0, "task-000" + task, "o/r#" + task);
                stands(task, "task-000" + task, Phase.OFFERED, 1, "");
            }
            stands(3, "task-0001", Phase.DELIVERING, 1, A);

            assertThat(breaches(new CapsAreKept(2))).isEmpty();
        }
    }

    @Nested
    class Leases {
        private final Guarantee held = new LeasesAreHeldByOne(Duration.ofSeconds(12));

        @Test
        void twoThatBothBelieveForLongerThanTheLeaseAreFound() {
            works(0, 30, "task-0001", 1, A);
            works(12, 30, "task-0001", 2, B);

            assertThat(breaches(held)).singleElement().asString().contains("both held the lease for PT18S");
        }

        @Test
        void aMomentIsAllowed() {
            works(0, 15, "task-0001", 1, A);
            works(12, 30, "task-0001", 2, B);

            assertThat(breaches(held)).isEmpty();
        }

        @Test
        void whoIsStoppedCanDoNothing() {
            works(0, 41, "task-0001", 1, A);
            facts.add(new Fact.Froze(at(1), A));
            facts.add(new Fact.Thawed(at(40), A));
            works(13, 60, "task-0001", 2, B);

            assertThat(breaches(held)).isEmpty();
        }

        @Test
        void theSandboxesOfAKilledWorkerAreGone() {
            facts.add(new Fact.Holds(at(0), "task-0001", 1, A));
            facts.add(new Fact.Died(at(1), A));
            works(13, 60, "task-0001", 2, B);

            assertThat(breaches(held)).isEmpty();
        }

        @Test
        void whoNeverLetsGoHoldsToTheEnd() {
            facts.add(new Fact.Holds(at(0), "task-0001", 1, A));
            works(13, 60, "task-0001", 2, B);

            assertThat(breaches(held)).hasSize(1);
        }

        @Test
        void oneAttemptOfTwoWorkersIsFound() {
            stands(1, "task-0001", Phase.RUNNING, 1, A);
            stands(2, "task-0001", Phase.RUNNING, 1, B);

            assertThat(breaches(held)).singleElement().asString().contains("was held by worker-a and by worker-b");
        }
    }

    @Nested
    class Losers {
        private final Guarantee letGo = new LosersLetGo(Duration.ofSeconds(5));

        private void losesTheLease() {
            stands(1, "task-0001", Phase.RUNNING, 1, A);
            stands(12, "task-0001", Phase.QUEUED, 1, "");
        }

        @Test
        void aSandboxThatLivesOnIsFound() {
            losesTheLease();
            works(1, 18, "task-0001", 1, A);

            assertThat(breaches(letGo)).singleElement().asString().contains("PT6S later");
        }

        @Test
        void whoIsStoppedHasTheTimeAfterwards() {
            losesTheLease();
            works(1, 34, "task-0001", 1, A);
            facts.add(new Fact.Froze(at(2), A));
            facts.add(new Fact.Thawed(at(30), A));

            assertThat(breaches(letGo)).isEmpty();
        }

        @Test
        void nobodyHearsOfItWhileTheBrokerIsAway() {
            losesTheLease();
            works(1, 18, "task-0001", 1, A);
            facts.add(new Fact.BrokerDied(at(13)));
            facts.add(new Fact.BrokerBack(at(16)));

            assertThat(breaches(letGo)).isEmpty();
        }

        @Test
        void whoHasFinishedLosesNothing() {
            stands(1, "task-0001", Phase.RUNNING, 1, A);
            stands(12, "task-0001", Phase.DELIVERING, 1, A);
            works(1, 30, "task-0001", 1, A);

            assertThat(breaches(letGo)).isEmpty();
        }
    }

    @Nested
    class Recoveries {

        @Test
        void areMeasuredFromTheKillToTheNextAgentAtWork() {
            stands(1, "task-0001", Phase.RUNNING, 1, A);
            facts.add(new Fact.Holds(at(1), "task-0001", 1, A));
            facts.add(new Fact.Died(at(5), A));
            works(18, 20, "task-0001", 2, B);

            var figures = new Figures(Plan.small(1), new History(facts));
            assertThat(figures.recoveries())
                    .singleElement()
                    .satisfies(recovery -> assertThat(recovery.took()).isEqualTo(Duration.ofSeconds(13)));
            assertThat(figures.undisturbed()).hasSize(1);
        }

        @Test
        void areDisturbedByTheDeathOfDispatch() {
            stands(1, "task-0001", Phase.RUNNING, 1, A);
            facts.add(new Fact.Died(at(5), A));
            facts.add(new Fact.DispatchDied(at(6)));
            works(28, 30, "task-0001", 2, B);

            assertThat(new Figures(Plan.small(1), new History(facts)).undisturbed())
                    .isEmpty();
        }

        @Test
        void aStoppedWorkerWhoseResultCountedWasNotFenced() {
            facts.add(new Fact.Froze(at(2), A));
            facts.add(new Fact.Thawed(at(30), A));
            works(1, 31, "task-0001", 1, A);
            assertThat(new Figures(Plan.small(1), new History(facts)).fenced()).isEqualTo(1);

            ended(30.5, "task-0001", 1, A);
            assertThat(new Figures(Plan.small(1), new History(facts)).fenced()).isZero();
        }
    }
}
