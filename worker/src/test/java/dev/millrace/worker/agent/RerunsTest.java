package dev.millrace.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.model.gateway.Budget;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.sandbox.Ended;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RerunsTest {
    private static final StepRecord COMMAND =
            new StepRecord(StepRecord.Kind.COMMAND, "ls", "", 0, Duration.ofSeconds(1));
    private static final StepRecord MESSAGE = new StepRecord(StepRecord.Kind.MESSAGE, "well", "", null, Duration.ZERO);

    private final List<Assignment> assigned = new ArrayList<>();
    private final List<StepRecord> steps = new ArrayList<>();
    private Duration now = Duration.ofDays(1);
    private Duration takes = Duration.ofSeconds(20);

    private final Agent agent = (assignment, sandbox, spending, transcript) -> {
        assigned.add(assignment);
        transcript.step(MESSAGE);
        transcript.step(COMMAND);
        transcript.step(COMMAND);
        now = now.plus(takes);
        return new AgentEnd.Done("done");
    };

    private Agent.Work work(int steps) {
        var limits = new AgentLimits(steps, Duration.ofMinutes(1), Duration.ofSeconds(30), 1024);
        var assignment = new Assignment("Fix it", "Now", "acme/shop", List.of(), "m", limits);
        return new Reruns(
                agent,
                assignment,
                new FakeSandbox(_ -> new Ended(0, "", "", false, Duration.ZERO)),
                new Spending(Budget.UNLIMITED),
                this.steps::add,
                () -> now.toNanos());
    }

    @Test
    void theAgentBeginsAgainAndIsToldWhatFailed() throws Exception {
        var work = work(10);
        work.begin();
        assertThat(work.goOn("exit code 2")).isEqualTo(new AgentEnd.Done("done"));
        assertThat(Prompt.task(assigned.getFirst())).doesNotContain("# What failed");
        assertThat(Prompt.task(assigned.getLast())).contains("# What failed", "\nexit code 2\n", "Fix it");
        assertThat(steps).hasSize(6);
    }

    @Test
    void onlyWhatIsLeftOfItsLimitsIsForTheNextRun() throws Exception {
        var work = work(10);
        work.begin();
        now = now.plusHours(1); // verification takes none of the agent's time
        work.goOn("exit code 2");
        assertThat(assigned.getLast().limits())
                .isEqualTo(new AgentLimits(8, Duration.ofSeconds(40), Duration.ofSeconds(30), 1024));
    }

    @Test
    void whoHasUsedUpItsStepsIsOverBudget() throws Exception {
        var work = work(2);
        work.begin();
        assertThat(work.goOn("exit code 2")).isEqualTo(new AgentEnd.OutOfBudget("The limit of 2 steps is reached"));
        assertThat(assigned).hasSize(1);
    }

    @Test
    void whoHasUsedUpItsTimeIsOutOfIt() throws Exception {
        takes = Duration.ofMinutes(1);
        var work = work(10);
        work.begin();
        assertThat(work.goOn("exit code 2")).isEqualTo(new AgentEnd.OutOfTime("The agent's time of PT1M ran out"));
        assertThat(assigned).hasSize(1);
    }
}
