package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The product keeps the rules of the house; and each rule bites, since {@code offending} breaks every one of them. */
class HouseRulesTest {
    private static final String PRODUCT = "dev.millrace";
    private static final String OFFENDING = "dev.millrace.e2e.offending";

    /** What must be found, by rule: the classes and, where one breaks it in several ways, each of them. */
    private static final Map<String, List<String>> OFFENCES = Map.ofEntries(
            Map.entry("ingest stands alone", List.of("ingest.KnowsTheWorker")),
            Map.entry("worker stands alone", List.of("worker.KnowsTheSink")),
            Map.entry("sink stands alone", List.of("sink.KnowsIngest")),
            Map.entry("clients know no stage", List.of("schemas.KnowsIngest")),
            Map.entry(
                    "sandboxes and workspaces know neither broker nor forge nor web",
                    List.of(
                            "worker.sandbox.KnowsKafka",
                            "worker.workspace.KnowsTheForge",
                            "worker.workspace.KnowsWeb")),
            Map.entry("decisions are pure", List.of("ingest.dispatch.Dispatcher")),
            Map.entry("one place starts containers", List.of("worker.StartsContainers")),
            Map.entry("one place starts processes", List.of("worker.StartsProcesses", "java.lang.Runtime.exec")),
            Map.entry("one place reads packs", List.of("sink.ReadsPacks")),
            Map.entry("one place speaks to the forge", List.of("sink.CallsTheForge")),
            Map.entry("packages are null-marked", List.of("unmarked.Unmarked")),
            Map.entry("one logger", List.of("sink.Prints")),
            Map.entry("stages do not print", List.of("sink.Prints")),
            Map.entry("no field injection", List.of("ingest.Injected.autowired", "ingest.Injected.value")),
            Map.entry("configuration is a record", List.of("ingest.Settings")),
            Map.entry("state is not global", List.of("ingest.Injected.everybodys")),
            Map.entry("no cycles", List.of("worker.sandbox", "worker.workspace")));

    private static final JavaClasses PRODUCTS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/dev/millrace/e2e/"))
            .importPackages(PRODUCT);

    private static final JavaClasses OFFENDERS = new ClassFileImporter().importPackages(OFFENDING);

    @TestFactory
    Stream<DynamicTest> theProductKeepsTheRule() {
        return HouseRules.below(PRODUCT).entrySet().stream()
                .map(rule -> DynamicTest.dynamicTest(
                        rule.getKey(), () -> rule.getValue().check(PRODUCTS)));
    }

    @TestFactory
    Stream<DynamicTest> theRuleBites() {
        return HouseRules.below(OFFENDING).entrySet().stream()
                .map(rule -> DynamicTest.dynamicTest(rule.getKey(), () -> {
                    var offences = OFFENCES.get(rule.getKey());
                    assertThat(offences)
                            .as("what '%s' must find", rule.getKey())
                            .isNotNull();
                    String found = String.join(
                            "\n",
                            rule.getValue()
                                    .evaluate(OFFENDERS)
                                    .getFailureReport()
                                    .getDetails());
                    assertThat(found).contains(offences);
                }));
    }

    @Test
    void allOfTheProductIsLookedAt() {
        for (String part : List.of("schemas", "gitea", "ingest", "worker", "sink", "standalone", "bench")) {
            assertThat(PRODUCTS.stream()).anyMatch(type -> type.getPackageName().startsWith(PRODUCT + "." + part));
        }
        assertThat(PRODUCTS.stream()).noneMatch(type -> type.getPackageName().startsWith(PRODUCT + ".e2e"));
    }
}
