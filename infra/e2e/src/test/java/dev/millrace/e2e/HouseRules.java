package dev.millrace.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The rules of the house below one root package, so that the same rules can be held against the product and against
 * classes that break them.
 */
final class HouseRules {
    private final Map<String, ArchRule> rules = new LinkedHashMap<>();
    private final String root;

    private HouseRules(String root) {
        this.root = root;
        stages();
        onePlaces();
        code();
    }

    /** All rules by name. */
    static Map<String, ArchRule> below(String root) {
        return new HouseRules(root).rules;
    }

    private void stages() {
        for (String stage : new String[] {"ingest", "worker", "sink"}) {
            rules.put(
                    stage + " stands alone",
                    noClasses()
                            .that()
                            .resideInAPackage(in(stage))
                            .should()
                            .dependOnClassesThat(areIn("ingest", "worker", "sink", "standalone", "bench")
                                    .and(not(areIn(stage))))
                            .because("stages meet on the topics only, so that each runs, scales and fails by itself"));
        }
        rules.put(
                "clients know no stage",
                noClasses()
                        .that(areIn("schemas", "gitea"))
                        .should()
                        .dependOnClassesThat(areIn("ingest", "worker", "sink", "standalone", "bench"))
                        .because("what all stages share must not pull one stage into another"));
        rules.put(
                "sandboxes and workspaces know neither broker nor forge nor web",
                noClasses()
                        .that(areIn("worker.sandbox", "worker.workspace"))
                        .should()
                        .dependOnClassesThat(areIn("gitea", "schemas.topic", "schemas.wire", "schemas.avro")
                                .or(resideInAnyPackage(
                                        "org.apache.kafka..",
                                        "org.springframework.kafka..",
                                        "org.springframework.web..",
                                        "jakarta.servlet..",
                                        "io.confluent..")))
                        .because("a sandbox must run from a unit test with neither broker nor forge"));
        rules.put(
                "decisions are pure",
                noClasses()
                        .that()
                        .haveNameMatching((root + ".ingest.dispatch").replace(".", "\\.")
                                + "\\.(Dispatcher|RepositoryState|Decision|Event|Effect|Stage|Task|Rules)(\\$.*)?")
                        .should()
                        .dependOnClassesThat(areIn("schemas.avro", "schemas.wire", "schemas.topic")
                                .or(resideInAnyPackage(
                                        "org.apache.kafka..",
                                        "org.apache.avro..",
                                        "org.springframework..",
                                        "io.confluent..")))
                        .because("what dispatch decides must be a function that a test can call a million times"));
    }

    private void onePlaces() {
        rules.put(
                "one place starts containers",
                noClasses()
                        .that(not(areIn("worker.sandbox.docker", "bench.peer")))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("com.github.dockerjava..")
                        .because("one place starts containers, so one place keeps them closed, bounded and removed"));
        rules.put(
                "one place starts processes",
                noClasses()
                        .that(not(areIn("standalone.process")))
                        .should()
                        .dependOnClassesThat()
                        .belongToAnyOf(ProcessBuilder.class)
                        .orShould()
                        .callMethod(Runtime.class, "exec", String[].class)
                        .orShould()
                        .callMethod(Runtime.class, "exec", String.class)
                        .because("one place starts processes, so one place bounds and ends them"));
        rules.put(
                "one place reads packs",
                noClasses()
                        .that(not(areIn("sink.changeset", "standalone.forge")))
                        .should()
                        .dependOnClassesThat()
                        .haveNameMatching("org\\.eclipse\\.jgit\\.(transport\\.(PackParser|ReceivePack|"
                                + "BaseReceivePack)|internal\\.storage\\.file\\.ObjectDirectoryPackParser)(\\$.*)?")
                        .because("a pack out of a sandbox is hostile, and only the judge knows how to read one"));
        rules.put(
                "one place speaks to the forge",
                noClasses()
                        .that(areIn("ingest", "sink", "worker", "schemas"))
                        .and(not(areIn("worker.model")))
                        .should()
                        .dependOnClassesThat()
                        .haveNameMatching("java\\.net\\.http\\.Http(Client|Request|Response)(\\$.*)?"
                                + "|java\\.net\\.(Http|Https)?URLConnection|javax\\.net\\.ssl\\.HttpsURLConnection"
                                + "|org\\.springframework\\.web\\.(reactive\\.function\\.)?client\\..*")
                        .because("URLs to the forge are built and bounded in its client alone; models have their own"));
    }

    private void code() {
        rules.put(
                "packages are null-marked",
                classes()
                        .that(not(areIn("schemas.avro")))
                        .should(liveInANullMarkedPackage())
                        .because("NullAway checks only what is @NullMarked, and says nothing about the rest"));
        rules.put(
                "one logger",
                noClasses()
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("java.util.logging..")
                        .because("logs go through SLF4J, or they miss the log"));
        rules.put(
                "stages do not print",
                noClasses()
                        .that(areIn("ingest", "worker", "sink", "schemas", "gitea"))
                        .should(ACCESS_STANDARD_STREAMS)
                        .because("nobody reads the standard output of a stage"));
        rules.put(
                "no field injection",
                noFields()
                        .should()
                        .beAnnotatedWith(Autowired.class)
                        .orShould()
                        .beAnnotatedWith("jakarta.inject.Inject")
                        .orShould()
                        .beAnnotatedWith("jakarta.annotation.Resource")
                        .orShould()
                        .beAnnotatedWith(Value.class)
                        .because("what an object needs is told by its constructor, to tests too"));
        rules.put(
                "configuration is a record",
                classes()
                        .that()
                        .areAnnotatedWith(ConfigurationProperties.class)
                        .should()
                        .beRecords()
                        .because("what is configured is checked at its birth and never changes"));
        rules.put(
                "state is not global",
                noFields()
                        .that()
                        .areStatic()
                        .and()
                        .areDeclaredInClassesThat(not(areIn("schemas.avro")))
                        .should()
                        .notHaveModifier(JavaModifier.FINAL)
                        .because("what everybody can change nobody can reason about"));
        rules.put(
                "no cycles",
                slices().matching(root + ".(*).(*)..")
                        .should()
                        .beFreeOfCycles()
                        // generated: the build lets every record name itself to Avro
                        .ignoreDependency(areIn("schemas.avro"), areIn("schemas.wire"))
                        .because("packages that need each other are one package, and cannot be read one by one"));
    }

    private String in(String part) {
        return "%s.%s..".formatted(root, part);
    }

    private DescribedPredicate<JavaClass> areIn(String... parts) {
        String[] packages = new String[parts.length];
        for (int part = 0; part < parts.length; part++) {
            packages[part] = in(parts[part]);
        }
        return resideInAnyPackage(packages);
    }

    private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
        return new ArchCondition<>("live in a package with a package-info that says @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                    events.add(SimpleConditionEvent.violated(
                            type, "%s is in no @NullMarked package".formatted(type.getName())));
                }
            }
        };
    }
}
