package dev.millrace.scripted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioFileTest {
    @Test
    void aScenarioIsReadTurnByTurn() {
        var scenario = ScenarioFile.parse("""
                turns:
                  - say: I look around.
                    shell: [ls, pwd]
                  - call: {tool: edit, arguments: {path: a.txt}}
                    usage: {in: 7, out: 3, cached: 2}
                  - call: {tool: bash, arguments: "{not json"}
                    usage: none
                  - when: No such file
                    times: 0
                    finish: Nothing to do.
                otherwise: {say: Done.}
                side: {say: A title}
                repeats: true
                """, "test.yaml");

        assertThat(scenario.turns().get(0))
                .isEqualTo(new Turn(
                        null,
                        1,
                        "I look around.",
                        List.of(new Call.Shell("ls"), new Call.Shell("pwd")),
                        null,
                        Counts.USUAL));
        assertThat(scenario.turns().get(1))
                .isEqualTo(
                        Turn.call(new Call.Tool("edit", "{\"path\":\"a.txt\"}")).using(new Counts(7, 3, 2, true)));
        assertThat(scenario.turns().get(2))
                .isEqualTo(Turn.call(new Call.Tool("bash", "{not json")).using(Counts.UNTOLD));
        assertThat(scenario.turns().get(3).when()).asString().isEqualTo("No such file");
        assertThat(scenario.turns().get(3).times()).isZero();
        assertThat(scenario.otherwise()).isEqualTo(Turn.say("Done."));
        assertThat(scenario.side()).isEqualTo(Turn.say("A title"));
        assertThat(scenario.repeats()).isTrue();
    }

    @Test
    void failuresAreReadByTheirNames() {
        var scenario = ScenarioFile.parse("""
                turns:
                  - fail: {status: 429, headers: {Retry-After: "2"}, message: slow down}
                  - fail: {status: 200, body: "<html>"}
                  - fail: {error-in-200: out of order}
                  - fail: stall-midway
                  - fail: context-overflow
                """, "test.yaml");

        assertThat(scenario.turns())
                .extracting(Turn::fail)
                .startsWith(
                        new Failure.Status(429, Map.of("Retry-After", "2"), "slow down"),
                        new Failure.Raw(200, Map.of(), "<html>"),
                        new Failure.ErrorInside("out of order"),
                        Failure.Midway.STALL_MIDWAY)
                .last()
                .asString()
                .contains("maximum context length is");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "turn: []                       | test.yaml: there is no key 'turn'; there are [otherwise, repeats, side, turns]",
                "turns: [{says: x}]             | test.yaml: turns[0]: there is no key 'says'",
                "turns: [{say: x}, {times: 2}]  | test.yaml: turns[1] says nothing",
                "turns: [{fail: sulk}]          | there is no failure 'sulk'; there are context-overflow, stall",
                "turns: [{when: '(', say: x}]   | turns[0].when is no regular expression",
                "turns: [x                      | test.yaml is not YAML",
                "x                              | test.yaml must have some of the keys"
            })
    void whatMakesNoSenseIsRefusedWithItsPlace(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScenarioFile.parse(text, "test.yaml"))
                .withMessageContaining(message);
    }
}
