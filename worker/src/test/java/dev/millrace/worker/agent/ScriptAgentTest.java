package dev.millrace.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.worker.model.gateway.Budget;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptAgentTest {
    private static final AgentLimits LIMITS = new AgentLimits(10, Duration.ofMinutes(10), Duration.ofMinutes(1), 4000);

    private final List<StepRecord> steps = new ArrayList<>();

    @TempDir
    private Path directory;

    @Test
    void commandsRunInTheWorkspaceOneAfterAnother() throws Exception {
        var sandbox = new LocalSandbox(directory);

        var end = agent().work(
                        script("echo one > file", "echo two >> file", "cat file"),
                        sandbox,
                        new Spending(Budget.UNLIMITED),
                        steps::add);

        assertThat(end).isEqualTo(new AgentEnd.Done("Ran 3 commands."));
        assertThat(sandbox.file("file")).hasContent("one\ntwo");
        assertThat(steps).extracting(StepRecord::kind).containsOnly(StepRecord.Kind.COMMAND);
        assertThat(steps.getLast().action()).isEqualTo("cat file");
        assertThat(steps.getLast().observation()).isEqualTo("one\ntwo\n");
        assertThat(steps.getLast().exitCode()).isZero();
    }

    @Test
    void anEmptyScriptIsDoneWithoutACommand() throws Exception {
        var sandbox = new LocalSandbox(directory);

        var end = agent().work(script(), sandbox, new Spending(Budget.UNLIMITED), steps::add);

        assertThat(end).isEqualTo(new AgentEnd.Done("Ran 0 commands."));
        assertThat(sandbox.commands).isEmpty();
        assertThat(steps).isEmpty();
    }

    @Test
    void theFirstFailureEndsItAndIsTold() throws Exception {
        var sandbox = new LocalSandbox(directory);

        var end = agent().work(
                        script("echo broken pipe >&2; exit 7", "touch never"),
                        sandbox,
                        new Spending(Budget.UNLIMITED),
                        steps::add);

        assertThat(end)
                .isInstanceOfSatisfying(
                        AgentEnd.GaveUp.class,
                        gaveUp -> assertThat(gaveUp.reason())
                                .isEqualTo("`echo broken pipe >&2; exit 7` ended with exit code 7:\nbroken pipe"));
        assertThat(sandbox.file("never")).doesNotExist();
        assertThat(steps).singleElement().extracting(StepRecord::exitCode).isEqualTo(7);
    }

    @Test
    void aCommandBeyondItsLimitIsAFailure() throws Exception {
        var sandbox = new LocalSandbox(directory);
        var limits = new AgentLimits(10, Duration.ofMinutes(10), Duration.ofMillis(200), 4000);

        var end = agent().work(
                        script(limits, "echo begun; sleep 60"), sandbox, new Spending(Budget.UNLIMITED), steps::add);

        assertThat(end)
                .isInstanceOfSatisfying(
                        AgentEnd.GaveUp.class,
                        gaveUp -> assertThat(gaveUp.reason())
                                .contains("sleep 60")
                                .contains("was ended after")
                                .endsWith("begun"));
    }

    @Test
    void theTimeForAllCommandsTogetherIsLimited() throws Exception {
        var clock = new Ticker();
        var sandbox = new FakeSandbox(_ -> {
            clock.forward(Duration.ofMinutes(5));
            return FakeSandbox.prints("");
        });

        var end = new ScriptAgent(clock)
                .work(script("one", "two", "three"), sandbox, new Spending(Budget.UNLIMITED), steps::add);

        assertThat(end).isInstanceOf(AgentEnd.OutOfTime.class);
        assertThat(sandbox.commands).hasSize(2);
    }

    @Test
    void theLastCommandGetsOnlyTheTimeThatIsLeft() throws Exception {
        var clock = new Ticker();
        var sandbox = new FakeSandbox(command -> {
            boolean first = command.argv().getLast().equals("one");
            clock.forward(first ? Duration.ofSeconds(590) : command.limit());
            return new Ended(first ? 0 : 137, "", "", !first, command.limit());
        });

        var end =
                new ScriptAgent(clock).work(script("one", "two"), sandbox, new Spending(Budget.UNLIMITED), steps::add);

        assertThat(sandbox.commands.getLast().limit()).isEqualTo(Duration.ofSeconds(10));
        assertThat(end).isInstanceOf(AgentEnd.OutOfTime.class);
    }

    @Test
    void aBrokenSandboxIsAFaultAndNotAnEnd() {
        var sandbox = new FakeSandbox(_ -> {
            throw new SandboxUnavailable("the container died");
        });

        assertThatExceptionOfType(SandboxUnavailable.class)
                .isThrownBy(() -> agent().work(script("true"), sandbox, new Spending(Budget.UNLIMITED), steps::add));
    }

    private static ScriptAgent agent() {
        return new ScriptAgent(InstantSource.system());
    }

    private static Assignment script(String... commands) {
        return script(LIMITS, commands);
    }

    private static Assignment script(AgentLimits limits, String... commands) {
        return new Assignment("", "", "acme/shop", List.of(commands), "", limits);
    }
}
