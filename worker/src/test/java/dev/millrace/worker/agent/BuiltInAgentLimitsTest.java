package dev.millrace.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.model.gateway.Budget;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.model.upstream.Upstreams;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.LimitReached;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What happens at each limit. */
class BuiltInAgentLimitsTest extends BuiltInAgentFixture {
    @Test
    void theStepAfterTheLastAllowedIsNotRun() throws Exception {
        server.calls("echo 1").calls("echo 2", "echo 3").finishes("never reached");
        var sandbox = new FakeSandbox(_ -> FakeSandbox.prints(""));

        var end = work(sandbox, new AgentLimits(2, Duration.ofMinutes(10), Duration.ofMinutes(1), 1000));

        assertThat(end).isEqualTo(new AgentEnd.OutOfBudget("The limit of 2 steps is reached"));
        assertThat(spending.spent().requests()).isEqualTo(2);
        assertThat(sandbox.commands).hasSize(2);
    }

    @Test
    void theModelIsToldWhichBoundOfItsSandboxACommandRanInto() throws Exception {
        server.calls("make").finishes("done");
        var reached = List.of(new LimitReached(LimitReached.Kind.MEMORY, "memory limit of 2 GB reached"));

        work(new FakeSandbox(_ -> new Ended(137, "x".repeat(5000), "", false, Duration.ofMillis(5), reached)), LIMITS);

        assertThat(toolAnswers(1).getFirst()).endsWith("x\n[memory limit of 2 GB reached]");
        assertThat(steps.getFirst().observation()).endsWith("x\n[memory limit of 2 GB reached]");
    }

    @Test
    void theLastAllowedStepMayBeFollowedByTheSummary() throws Exception {
        server.calls("echo 1").finishes("done");

        assertThat(work(
                        new FakeSandbox(_ -> FakeSandbox.prints("")),
                        new AgentLimits(1, Duration.ofMinutes(10), Duration.ofMinutes(1), 1000)))
                .isInstanceOf(AgentEnd.Done.class);
    }

    @Test
    void noCommandIsStartedAfterTheDeadline() throws Exception {
        server.calls("one", "two").finishes("never reached");
        var sandbox = new FakeSandbox(_ -> {
            clock.forward(LIMITS.time());
            return FakeSandbox.prints("");
        });

        assertThat(agent(ticking, clock).work(task(LIMITS), sandbox, spending, steps::add))
                .isInstanceOf(AgentEnd.OutOfTime.class);

        assertThat(sandbox.commands).hasSize(1);
    }

    @Test
    void noModelIsAskedAfterTheDeadline() throws Exception {
        // Every look at this clock takes all the time there is; asking a model that is not there would throw.
        InstantSource hasty = () -> {
            clock.forward(LIMITS.time());
            return clock.instant();
        };
        try (var none = gateways(new Upstreams(List.of(), Map.of()), hasty)) {
            assertThat(agent(none, hasty)
                            .work(task(LIMITS), new FakeSandbox(_ -> FakeSandbox.prints("")), spending, steps::add))
                    .isInstanceOf(AgentEnd.OutOfTime.class);
        }
    }

    @Test
    void aModelThatThinksPastTheDeadlineIsNotWaitedFor() throws Exception {
        server.stalls(false);

        var limits = new AgentLimits(5, Duration.ofMillis(300), Duration.ofMillis(300), 1000);

        assertThat(work(new FakeSandbox(_ -> FakeSandbox.prints("")), limits)).isInstanceOf(AgentEnd.OutOfTime.class);
    }

    @Test
    void aCommandGetsItsOwnLimitOrWhatIsLeftOfTheTime() throws Exception {
        server.calls("one").calls("two").finishes("done");
        var sandbox = new FakeSandbox(_ -> {
            clock.forward(LIMITS.time().minusSeconds(20));
            return FakeSandbox.prints("");
        });

        agent(ticking, clock).work(task(LIMITS), sandbox, spending, steps::add);

        assertThat(sandbox.commands)
                .extracting(Command::limit)
                .containsExactly(LIMITS.commandTime(), Duration.ofSeconds(20));
    }

    @Test
    void aCommandThatWasKilledIsToldToTheModel() throws Exception {
        server.calls("sleep 1000").finishes("done");

        work(new FakeSandbox(_ -> new Ended(137, "begun", "", true, Duration.ofMinutes(1))), LIMITS);

        assertThat(toolAnswers(1)).containsExactly("killed after 60000 ms, its time limit\nbegun");
    }

    @Test
    void longOutputIsShownAsHeadAndTail() throws Exception {
        server.calls("seq").finishes("done");

        work(new FakeSandbox(_ -> FakeSandbox.prints("a".repeat(5000) + "z".repeat(5000))), LIMITS);

        assertThat(toolAnswers(1))
                .containsExactly(
                        "exit code 0\n%s\n[… 9000 bytes left out …]\n%s".formatted("a".repeat(500), "z".repeat(500)));
        assertThat(steps.getFirst().observation()).hasSizeLessThan(1100);
    }

    @Test
    void aBudgetThatIsUsedUpEndsIt() throws Exception {
        server.calls("echo 1").finishes("never reached");

        // A dollar a token, and the first answer takes 70.
        var end = agent().work(
                        task(LIMITS),
                        new FakeSandbox(_ -> FakeSandbox.prints("")),
                        new Spending(new Budget(100, 1000, 50_000_000)),
                        steps::add);

        assertThat(end).isEqualTo(new AgentEnd.OutOfBudget("the budget of $50 is used up"));
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void theLastCommandsComeWithTheAdviceToComeToAnEnd() throws Exception {
        for (int i = 0; i < 19; i++) {
            server.calls("echo " + i);
        }
        server.finishes("done");

        work(new FakeSandbox(_ -> FakeSandbox.prints("")), LIMITS);

        assertThat(toolAnswers(19).get(17)).doesNotContain("Come to an end");
        assertThat(toolAnswers(19).get(18)).contains("[Left are 1 commands and").contains("Come to an end");
    }

    @Test
    void theLastOfTheTimeComesWithTheAdviceToComeToAnEnd() throws Exception {
        server.calls("one").calls("two").finishes("done");
        var sandbox = new FakeSandbox(command -> {
            clock.forward(LIMITS.time().multipliedBy(48).dividedBy(100));
            return FakeSandbox.prints("");
        });

        agent(ticking, clock).work(task(LIMITS), sandbox, spending, steps::add);

        assertThat(toolAnswers(2).getFirst()).doesNotContain("Come to an end");
        assertThat(toolAnswers(2).getLast()).contains("and 24 s. Come to an end");
    }

    @Test
    void aSummaryIsNoBook() throws Exception {
        server.finishes("x".repeat(100_000));

        assertThat(work(new FakeSandbox(_ -> FakeSandbox.prints("")), LIMITS))
                .isInstanceOfSatisfying(
                        AgentEnd.Done.class,
                        done -> assertThat(done.summary())
                                .hasSizeLessThan(17_000)
                                .contains("left out"));
    }
}
