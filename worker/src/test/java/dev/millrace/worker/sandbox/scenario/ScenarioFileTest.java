package dev.millrace.worker.sandbox.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.worker.sandbox.LimitReached;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioFileTest {
    private static final String LEAST = """
            threat: 8
            title: a name cannot be resolved
            control: network
            run: getent hosts example.org
            expect:
              fails: true
            """;

    @Nested
    class TheFilesThatThereAre {
        @Test
        void areAllUnderstoodAndMany() {
            assertThat(ScenarioFile.all()).hasSizeGreaterThanOrEqualTo(60);
        }

        @Test
        void haveNumbersAndTitlesOfTheirOwn() {
            assertThat(ScenarioFile.all()).extracting(Scenario::number).doesNotHaveDuplicates();
            assertThat(ScenarioFile.all()).extracting(Scenario::title).doesNotHaveDuplicates();
        }

        @Test
        void leaveFewControlsOfTheContainerUnshown() {
            assertThat(ScenarioFile.all())
                    .filteredOn(scenario -> scenario.unshown().isPresent() && scenario.control() != Control.TETHER)
                    .hasSizeLessThan(3);
        }
    }

    @Nested
    class AFile {
        @Test
        void needsFewKeys() {
            Scenario scenario = read(LEAST);

            assertThat(scenario).hasToString("07 a name cannot be resolved");
            assertThat(scenario.controls()).containsExactly(Control.NETWORK);
            assertThat(scenario.steps())
                    .containsExactly(new Scenario.Step(
                            new Action.Shell("getent hosts example.org"),
                            Duration.ofSeconds(20),
                            new Expectation(
                                    new Expectation.End.Fails(),
                                    Optional.empty(),
                                    List.of(),
                                    List.of(),
                                    Set.of(),
                                    Optional.empty(),
                                    Optional.empty())));
        }

        @Test
        void mayHaveAllTheseKeys() {
            Scenario scenario = read("""
                    threat: 21
                    title: everything
                    control: memory
                    also: [user, pids]
                    unshown: too much
                    sandbox: {pids: 64, tmp-size: 8MB}
                    image: echo image
                    earlier: echo earlier
                    other: echo other
                    setup: echo setup
                    python: pass
                    limit: 3s
                    expect:
                      exit: 137
                      stdout: x
                      contains: [a, b]
                      lacks: c
                      limit: [MEMORY, TIME]
                      within: 5s
                      shorter: 10
                    then:
                      - unpack:
                          into: /tmp
                          entries:
                            - {path: a, kind: link, content: b}
                        expect: {refused: EINVAL}
                    neighbour: unharmed
                    layer: empty
                    afterwards: gone
                    """);

            assertThat(scenario.controls()).containsExactlyInAnyOrder(Control.MEMORY, Control.USER, Control.PIDS);
            assertThat(scenario.unshown()).contains("too much");
            assertThat(scenario.sandbox()).isEqualTo(Map.of("pids", "64", "tmp-size", "8MB"));
            assertThat(scenario.image()).contains("echo image");
            assertThat(scenario.earlier()).contains("echo earlier");
            assertThat(scenario.other()).contains("echo other");
            assertThat(scenario.setup()).contains("echo setup");
            assertThat(scenario.neighbour() && scenario.layer() && scenario.gone())
                    .isTrue();
            assertThat(scenario.steps().getFirst())
                    .isEqualTo(new Scenario.Step(
                            new Action.Python("pass"),
                            Duration.ofSeconds(3),
                            new Expectation(
                                    new Expectation.End.Exit(137),
                                    Optional.of("x"),
                                    List.of("a", "b"),
                                    List.of("c"),
                                    Set.of(LimitReached.Kind.MEMORY, LimitReached.Kind.TIME),
                                    Optional.of(Duration.ofSeconds(5)),
                                    Optional.of(10))));
            assertThat(scenario.steps().get(1).action())
                    .isEqualTo(new Action.Unpack("/tmp", List.of(new Action.Entry(Action.Kind.LINK, "a", "b"))));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                colour: red             | 7 | nothing is called 'colour' here
                title: another          | 7 | 'title' is there twice
                also: magic             | 7 | 'magic' is not a control
                limit: long             | 7 | 'long' is not a duration such as 20s
                python: pass            | 1 | here must be one of run, python
                neighbour: dead         | 7 | 'neighbour' can only be 'unharmed'
                then: [{run: x}]        | 7 | 'expect' is missing
                then: [{run: x, expect: {exit: 1, fails: true}}] | 7 | only one of exit, fails
                then: [{run: x, expect: {colour: red}}]          | 7 | nothing is called 'colour' here
                then: [{run: x, expect: {limit: LUCK}}]          | 7 | 'LUCK' is not a kind of limit
                """)
        void isRefusedWithItsNameAndTheLine(String added, int line, String why) {
            assertThatThrownBy(() -> read(LEAST + added + "\n"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("07-a-name.yaml:%d: %s".formatted(line, why));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                threat  | 'threat' must be one of the rows
                title   | 'title' is missing
                control | 'control' is missing
                """)
        void isRefusedWithoutWhatItNeeds(String key, String why) {
            assertThatThrownBy(() -> read(LEAST.replaceAll("(?m)^" + key + ":.*\n", "")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("07-a-name.yaml:1: " + why);
        }

        @Test
        void isRefusedUnderAnotherName() {
            assertThatThrownBy(() -> ScenarioFile.read("a-name.yaml", new StringReader(LEAST)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a-name.yaml");
        }
    }

    private static Scenario read(String content) {
        return ScenarioFile.read("07-a-name.yaml", new StringReader(content));
    }
}
