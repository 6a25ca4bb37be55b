package dev.millrace.schemas.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CompatibilityTest {
    private static final Map<String, Schema> TODAY = Catalogue.schemas();
    private static final List<Released> RELEASED = Released.all(Released.DIRECTORY);

    @Test
    void todaysSchemasKeepThePromiseToEveryRelease() {
        assertThat(Gate.breaches(TODAY, RELEASED)).isEmpty();
    }

    @Test
    void theFirstContractHoldsEveryRecordOfTheFirstRelease() {
        assertThat(RELEASED.getFirst().schemas())
                .containsOnlyKeys(
                        "AttemptEvent",
                        "Changeset",
                        "ControlRequest",
                        "Delivery",
                        "Step",
                        "TaskOutcome",
                        "TaskRequest",
                        "TaskState",
                        "WorkItem");
        assertThat(RELEASED)
                .allSatisfy(released -> released.schemas()
                        .forEach((file, schema) -> assertThat(schema.getName()).isEqualTo(file)));
    }

    /** A directory that the count misses would be a promise that nobody holds us to. */
    @Test
    void releasesAreNumberedWithoutGaps() throws IOException {
        try (var directories = Files.list(Released.DIRECTORY)) {
            assertThat(directories.map(directory -> directory.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(RELEASED.stream()
                            .map(released -> Integer.toString(released.version()))
                            .toList());
        }
    }

    static Stream<Schema> everyEnum() {
        Map<String, Schema> enums = new TreeMap<>();
        TODAY.values().forEach(schema -> collect(schema, new ArrayList<>(), enums));
        return enums.values().stream();
    }

    /** Without one, no symbol could ever be added. */
    @ParameterizedTest
    @MethodSource("everyEnum")
    void everyEnumNamesWhatAnUnknownSymbolReadsAs(Schema type) {
        assertThat(type.getEnumDefault()).as(type.getFullName()).isNotNull();
    }

    /** They can never be removed: a field joins them only if a record without it says nothing. */
    @Test
    void theFieldsWithoutADefaultAreThese() {
        Map<String, List<String>> required = new TreeMap<>();
        TODAY.forEach((name, schema) -> required.put(
                name,
                schema.getFields().stream()
                        .filter(field -> !field.hasDefaultValue())
                        .map(Schema.Field::name)
                        .toList()));
        assertThat(required)
                .isEqualTo(Map.of(
                        "AttemptEvent", List.of("taskId", "repo", "attempt", "worker", "at"),
                        "Changeset", List.of("taskId", "repo", "attempt", "baseCommit", "headCommit", "pack"),
                        "ControlRequest", List.of("controlId", "repo", "requestedBy", "requestedAt"),
                        "Delivery", List.of("taskId", "repo", "deliveredAt", "outcome"),
                        "Step", List.of("taskId", "repo", "attempt", "index", "at", "action"),
                        "TaskOutcome", List.of("taskId", "repo", "attempt", "endedAt", "outcome", "task"),
                        "TaskRequest", List.of("taskId", "repo", "requestedBy", "requestedAt", "instruction"),
                        "TaskState", List.of("taskId", "repo", "lane", "phase", "since", "queuedAt", "task"),
                        "WorkItem", List.of("taskId", "repo", "attempt", "offeredAt", "task")));
    }

    @Nested
    class TheGateRefuses {
        @Test
        void aRemovedFieldThatHadNoDefault() {
            refuses(request().withoutField("instruction"), "READER_FIELD_MISSING_DEFAULT_VALUE");
        }

        @Test
        void aNewFieldWithoutADefault() {
            refuses(
                    request().withField("{\"name\": \"tenant\", \"type\": \"string\"}"),
                    "READER_FIELD_MISSING_DEFAULT_VALUE");
        }

        @Test
        void anotherNameForAField() {
            refuses(
                    request()
                            .withoutField("instruction")
                            .withField("{\"name\": \"prompt\", \"type\": \"string\", \"default\": \"\"}"),
                    "READER_FIELD_MISSING_DEFAULT_VALUE");
        }

        @Test
        void anotherType() {
            refuses(request().withType("number", "\"string\"").withDefault("number", "\"\""), "TYPE_MISMATCH");
        }

        @Test
        void aTypeThatOnlyNewReadersCanWiden() {
            refuses(request().withType("priority", "\"long\""), "TYPE_MISMATCH");
        }

        @Test
        void oneMoreBranchOfAUnion() {
            refuses(
                    "ControlRequest",
                    then("ControlRequest"),
                    released("ControlRequest")
                            .withBranch("control", "{\"type\": \"record\", \"name\": \"Hurry\", \"fields\": []}")
                            .schema(),
                    "MISSING_UNION_BRANCH");
        }

        @Test
        void oneMoreSymbolOfAnEnumThatHadNoDefault() {
            refuses(
                    "TaskRequest",
                    request().withoutEnumDefault("TriggerKind").schema(),
                    request()
                            .withoutEnumDefault("TriggerKind")
                            .withSymbol("TriggerKind", "SCHEDULE")
                            .schema(),
                    "MISSING_ENUM_SYMBOLS");
        }

        @Test
        void anEnumThatLosesItsDefault() {
            refuses(request().withoutEnumDefault("TriggerKind"), "TriggerKind had the default UNKNOWN and has null");
        }

        /** Avro reads both as a number and lets it pass; every time would be off by a factor of a thousand. */
        @Test
        void anotherUnitOfTime() {
            refuses(
                    request().withType("requestedAt", "{\"type\": \"long\", \"logicalType\": \"timestamp-micros\"}"),
                    "TaskRequest.requestedAt was long as timestamp-millis and is long as timestamp-micros");
        }

        /** Avro reads each as the other and lets it pass. */
        @Test
        void bytesForText() {
            refuses(request().withType("instruction", "\"bytes\""), "TaskRequest.instruction was string and is bytes");
        }

        /** Avro does not look at it; the same bytes would come to mean something else. */
        @Test
        void anotherDefault() {
            refuses(request().withDefault("agent", "\"codex\""), "TaskRequest.agent had the default");
        }

        @Test
        void aBreachDeepInsideARecord() {
            refuses(
                    "WorkItem",
                    then("WorkItem"),
                    released("WorkItem")
                            .withType(
                                    "task",
                                    request()
                                            .withType("title", "\"bytes\"")
                                            .schema()
                                            .toString())
                            .schema(),
                    "TaskRequest.title was string and is bytes");
        }

        @Test
        void aRecordThatVanished() {
            Map<String, Schema> without = new TreeMap<>(TODAY);
            without.remove("Step");
            assertThat(Gate.breaches(without, RELEASED))
                    .contains("Step of contract 1 has vanished; records of it are out there: keep its topic");
        }

        /** A reader two releases behind is out there too: compatible with the last one is not enough. */
        @Test
        void whatOnlyBreaksWithAnOlderRelease() {
            Schema first = request().withoutField("agent").schema();
            Schema second = request().schema();
            Schema third = request().withoutDefault("agent").schema();
            assertThat(Gate.breaches(Map.of("TaskRequest", third), List.of(contract(2, second))))
                    .isEmpty();
            assertThat(Gate.breaches(Map.of("TaskRequest", third), List.of(contract(1, first), contract(2, second))))
                    .isNotEmpty()
                    .allSatisfy(breach -> assertThat(breach).startsWith("TaskRequest of contract 1: "));
        }
    }

    @Nested
    class TheGateAllows {
        @Test
        void aNewFieldWithADefault() {
            allows(request().withField("{\"name\": \"tenant\", \"type\": \"string\", \"default\": \"\"}"));
        }

        @Test
        void aRemovedFieldThatHadADefault() {
            allows(request().withoutField("agent"));
        }

        @Test
        void oneMoreSymbolOfAnEnumWithADefault() {
            allows(request().withSymbol("TriggerKind", "SCHEDULE"));
        }

        @Test
        void aNewRecordOfANewTopic() {
            Map<String, Schema> more = new TreeMap<>(TODAY);
            more.put("Fresh", new Schema.Parser().parse("{\"type\": \"record\", \"name\": \"Fresh\", \"fields\": []}"));
            assertThat(Gate.breaches(more, RELEASED)).isEmpty();
        }
    }

    @Test
    void aStrangeFileAmongTheReleasedOnesIsAnError(@TempDir Path directory) throws IOException {
        Files.createDirectories(directory.resolve("1"));
        Files.writeString(directory.resolve("1/notes.txt"), "");
        assertThatIllegalStateException()
                .isThrownBy(() -> Released.all(directory))
                .withMessageContaining("notes.txt");
    }

    private static void refuses(Variant now, String why) {
        refuses("TaskRequest", then("TaskRequest"), now.schema(), why);
    }

    private static void refuses(String name, Schema then, Schema now, String why) {
        assertThat(Gate.breaches(Map.of(name, now), List.of(new Released(1, Map.of(name, then)))))
                .isNotEmpty()
                .allSatisfy(breach -> assertThat(breach).startsWith(name + " of contract 1: "))
                .anySatisfy(breach -> assertThat(breach).contains(why));
    }

    private static void allows(Variant now) {
        assertThat(Gate.breaches(Map.of("TaskRequest", now.schema()), List.of(contract(1, then("TaskRequest")))))
                .isEmpty();
    }

    private static Released contract(int version, Schema request) {
        return new Released(version, Map.of("TaskRequest", request));
    }

    private static Variant request() {
        return released("TaskRequest");
    }

    private static Variant released(String name) {
        return Variant.of(then(name));
    }

    private static Schema then(String name) {
        return Objects.requireNonNull(RELEASED.getFirst().schemas().get(name), name);
    }

    private static void collect(Schema schema, List<String> seen, Map<String, Schema> enums) {
        switch (schema.getType()) {
            case ENUM -> enums.put(schema.getFullName(), schema);
            case RECORD -> {
                if (!seen.contains(schema.getFullName())) {
                    seen.add(schema.getFullName());
                    schema.getFields().forEach(field -> collect(field.schema(), seen, enums));
                }
            }
            case ARRAY -> collect(schema.getElementType(), seen, enums);
            case MAP -> collect(schema.getValueType(), seen, enums);
            case UNION -> schema.getTypes().forEach(branch -> collect(branch, seen, enums));
            case FIXED, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {}
        }
    }
}
