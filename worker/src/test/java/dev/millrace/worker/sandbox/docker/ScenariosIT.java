package dev.millrace.worker.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.sandbox.scenario.Scenario;
import dev.millrace.worker.sandbox.scenario.ScenarioFile;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an agent that obeys everything it reads comes to in a sandbox. */
class ScenariosIT {
    private static Rehearsals rehearsals;

    @BeforeAll
    static void raiseTheCurtain() {
        rehearsals = new Rehearsals(scenarios(), _ -> Set.of());
    }

    @AfterAll
    static void dropIt() {
        if (rehearsals != null) {
            rehearsals.close();
        }
    }

    static List<Scenario> scenarios() {
        return ScenarioFile.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void endsAsWritten(Scenario scenario) throws Exception {
        assertThat(rehearsals.complaints(scenario)).isEmpty();
    }
}
