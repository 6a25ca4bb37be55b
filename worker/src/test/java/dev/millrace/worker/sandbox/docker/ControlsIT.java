package dev.millrace.worker.sandbox.docker;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.sandbox.scenario.Scenario;
import dev.millrace.worker.sandbox.scenario.ScenarioFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * That each scenario's control is what stops it: without it, the same scenario does not end as written any more. The
 * whole table is in {@code target/controls.md}.
 */
class ControlsIT {
    private static final Logger LOG = LoggerFactory.getLogger(ControlsIT.class);
    private static final Map<Integer, String> TABLE = new TreeMap<>();
    private static Rehearsals rehearsals;

    @BeforeAll
    static void raiseTheCurtain() {
        rehearsals = new Rehearsals(shown(), Scenario::controls);
    }

    @AfterAll
    static void dropItAndTell() throws IOException {
        if (rehearsals != null) {
            rehearsals.close();
        }
        ScenarioFile.all().stream()
                .filter(scenario -> scenario.unshown().isPresent())
                .forEach(scenario ->
                        tell(scenario, "not shown: " + scenario.unshown().orElseThrow()));
        String table = TABLE.values().stream()
                .collect(joining("\n", "| scenario | threat | control | without it |\n|---|---|---|---|\n", "\n"));
        Files.writeString(Files.createDirectories(Path.of("target")).resolve("controls.md"), table);
        LOG.info("Scenarios and their controls:\n{}", table);
    }

    static List<Scenario> shown() {
        return ScenarioFile.all().stream()
                .filter(scenario -> scenario.unshown().isEmpty())
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shown")
    void withoutItsControlItEndsOtherwise(Scenario scenario) throws Exception {
        List<String> complaints = rehearsals.complaints(scenario);

        tell(scenario, complaints.isEmpty() ? "**holds all the same**" : String.join("; ", complaints));
        assertThat(complaints)
                .as("'%s' still holds without %s", scenario, scenario.controls())
                .isNotEmpty();
    }

    private static void tell(Scenario scenario, String without) {
        TABLE.put(
                scenario.number(),
                "| %s | %d | %s | %s |"
                        .formatted(
                                scenario,
                                scenario.threat(),
                                scenario.controls().stream()
                                        .map(Object::toString)
                                        .collect(joining(" + ")),
                                without.replace("\n", "⏎").replace("|", "\\|")));
    }
}
