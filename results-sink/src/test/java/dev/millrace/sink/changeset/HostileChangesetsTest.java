package dev.millrace.sink.changeset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.sink.secret.SampleSecrets;
import dev.millrace.sink.secret.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/**
 * Every case in {@code hostile/} is refused for its reason; by each of its rules alone; and by nothing else, so that
 * the rules are what stops it. The table is in {@code target/hostile-changesets.md}.
 */
class HostileChangesetsTest {
    private static final Map<Integer, String> TABLE = new TreeMap<>();

    @TempDir
    static Path directory;

    private static BaseRepository base;

    @BeforeAll
    static void makeBase() throws IOException {
        base = new BaseRepository(directory.resolve("base"));
    }

    static List<HostileCase> all() {
        return HostileCase.all();
    }

    static Stream<HostileCase> shown() {
        return all().stream().filter(it -> it.unshown().isEmpty());
    }

    private Verdict judge(HostileCase hostile, Set<Rule> rules) throws IOException {
        try (var quarantine = Quarantine.over(base.repository(), directory.resolve("quarantine"))) {
            var it = hostile.against(base);
            return judge(limits(hostile.limits()), rules).judge(it.claim(), it.changeset(), quarantine);
        }
    }

    private static ChangesetJudge judge(ChangesetProperties limits, Set<Rule> rules) {
        return new ChangesetJudge(limits, new Secrets(List.of(SampleSecrets.OPERATORS), true), rules);
    }

    static ChangesetProperties limits(Map<String, String> changed) {
        Map<String, String> keys = changed.entrySet().stream()
                .collect(Collectors.toMap(it -> "millrace.sink.changeset." + it.getKey(), Map.Entry::getValue));
        return new Binder(new MapConfigurationPropertySource(keys))
                .bindOrCreate("millrace.sink.changeset", ChangesetProperties.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void isRefusedForItsReason(HostileCase hostile) throws IOException {
        Verdict verdict = judge(hostile, EnumSet.allOf(Rule.class));

        tell(hostile, verdict);
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Refused.class, refused -> {
            assertThat(String.join("\n", refused.reasons())).contains(hostile.refused());
            assertThat(refused.reasons())
                    .allSatisfy(reason -> assertThat(reason)
                            .hasSizeLessThan(400)
                            .doesNotContainPattern("[\\p{Cc}\\p{Cf}]")
                            .doesNotContain(SampleSecrets.OPERATORS));
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shown")
    void passesWithoutItsRules(HostileCase hostile) throws IOException {
        var rules = EnumSet.complementOf(EnumSet.copyOf(hostile.stoppedBy()));

        Verdict verdict = judge(hostile, rules);

        if (hostile.otherwise()) {
            assertThat(verdict)
                    .isInstanceOfSatisfying(
                            Verdict.Refused.class,
                            refused -> assertThat(String.join("\n", refused.reasons()))
                                    .doesNotContain(hostile.refused()));
        } else {
            assertThat(verdict).isInstanceOfAny(Verdict.Accepted.class, Verdict.Empty.class);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shown")
    void isRefusedByEachOfItsRulesAlone(HostileCase hostile) throws IOException {
        for (Rule check : hostile.stoppedBy()) {
            var rules = EnumSet.complementOf(EnumSet.copyOf(hostile.stoppedBy()));
            rules.add(check);

            assertThat(judge(hostile, rules)).as("by %s", check).isInstanceOf(Verdict.Refused.class);
        }
    }

    @Test
    void thereAreManyOfThem() {
        assertThat(all()).hasSizeGreaterThanOrEqualTo(60);
        assertThat(all().stream().map(HostileCase::number)).doesNotHaveDuplicates();
        assertThat(all().stream().flatMap(it -> it.stoppedBy().stream()).collect(Collectors.toSet()))
                .as("each check stops something")
                .containsExactlyInAnyOrder(Rule.values());
    }

    private static void tell(HostileCase hostile, Verdict verdict) {
        TABLE.put(
                hostile.number(),
                "| %s | %d | %s | %s |"
                        .formatted(
                                hostile,
                                hostile.threat(),
                                hostile.stoppedBy(),
                                verdict instanceof Verdict.Refused refused
                                        ? refused.reasons().getFirst().replace("|", "\\|")
                                        : "**" + verdict + "**"));
    }

    @AfterAll
    static void writeTheTable() throws IOException {
        base.close();
        Files.writeString(
                Files.createDirectories(Path.of("target")).resolve("hostile-changesets.md"),
                TABLE.values().stream()
                        .collect(Collectors.joining(
                                "\n", "| changeset | threat | stopped by | reason |\n|---|---|---|---|\n", "\n")));
    }
}
