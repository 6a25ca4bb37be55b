package dev.millrace.worker.sandbox.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.sandbox.LimitReached;
import java.io.StringReader;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectationTest {
    private static final Duration TOOK = Duration.ofSeconds(2);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                      | true
            {exit: 0}               | true
            {exit: 1}               | false
            {fails: true}           | false
            {refused: EPERM}        | false
            {out-of-time: true}     | false
            {sandbox: dies}         | false
            {stdout: some text}     | true
            {stdout: text}          | false
            {contains: text}        | true
            {contains: [text, more]}| false
            {lacks: more}           | true
            {lacks: [more, some]}   | false
            {within: 2s}            | true
            {within: 1s}            | false
            {shorter: 9}            | true
            {shorter: 8}            | false
            {limit: OUTPUT}         | true
            {limit: [OUTPUT, TIME]} | false
            """)
    void ofACommandThatSucceeded(String expect, boolean met) {
        var outcome = new Outcome(0, "some text", false, false, Set.of(LimitReached.Kind.OUTPUT), TOOK);

        assertThat(expectation(expect).complaints(outcome).isEmpty()).isEqualTo(met);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                      | false
            {exit: 1}               | true
            {anyhow: true}          | true
            {fails: true}           | true
            {refused: EPERM}        | true
            {refused: [EROFS, EPERM]} | true
            {refused: EROFS}        | false
            """)
    void ofACommandThatFailed(String expect, boolean met) {
        var outcome = Outcome.of(false, "EPERM\n", TOOK);

        assertThat(expectation(expect).complaints(outcome).isEmpty()).isEqualTo(met);
    }

    @Test
    void whatRanOutOfTimeDidNotJustFail() {
        var outcome = new Outcome(137, "", true, false, Set.of(), TOOK);

        assertThat(expectation("{out-of-time: true}").complaints(outcome)).isEmpty();
        assertThat(expectation("{fails: true}").complaints(outcome)).isNotEmpty();
        assertThat(expectation("{exit: 137}").complaints(outcome)).isNotEmpty();
    }

    @Test
    void aSandboxThatDiedIsNoCommandThatFailed() {
        var outcome = Outcome.died("gone", TOOK);

        assertThat(expectation("{sandbox: dies}").complaints(outcome)).isEmpty();
        assertThat(expectation("{fails: true}").complaints(outcome)).isNotEmpty();
        assertThat(expectation("{anyhow: true}").complaints(outcome)).isNotEmpty();
        assertThat(expectation("{out-of-time: true}").complaints(outcome)).isNotEmpty();
    }

    private static Expectation expectation(String expect) {
        String file = "{threat: 8, title: t, control: user, run: x, expect: %s}".formatted(expect);
        return ScenarioFile.read("01-t.yaml", new StringReader(file))
                .steps()
                .getFirst()
                .expect();
    }
}
