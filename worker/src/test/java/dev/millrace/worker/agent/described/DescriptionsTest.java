package dev.millrace.worker.agent.described;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DescriptionsTest {
    private static final String GOOD = """
            about: A made-up agent
            needs: [/opt/maker]
            protocol: chat
            prompt: argument
            command: [/opt/maker, "{prompt}"]
            transcript:
              format: json-lines
            steps:
              - when: {type: said}
                message: "{text}"
            ends:
              - exit: 0
                done: ""
            """;

    @Test
    void allThatMillraceBringsCanBeRead() {
        assertThat(Descriptions.all("").keySet()).containsExactlyElementsOf(Descriptions.SHIPPED);
    }

    @ParameterizedTest
    @FieldSource("dev.millrace.worker.agent.described.Descriptions#SHIPPED")
    void whatMillraceBringsIsAsTheSchemaSays(String name) throws IOException {
        try (var file = Descriptions.class.getResourceAsStream(name + ".yaml")) {
            assertThat(against(schema(), new String(file.readAllBytes(), StandardCharsets.UTF_8)))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            about: A made-up agent    | abuot: x
            needs: [/opt/maker]       | needs: [maker]
            protocol: chat            | protocol: telepathy
            prompt: argument          | # nothing
            "{prompt}"]               | "{prompt}", [x]]
            format: json-lines        | format: json-file
            format: json-lines        | {format: text, file: /x}
            message: "{text}"         | output: "{text}"
            exit: 0                   | exit: zero
            done: ""                  | finished: ""
            """)
    void theSchemaRefusesWhatTheReaderRefuses(String right, String wrong) throws IOException {
        String yaml = GOOD.replace(right, wrong);
        assertThat(against(schema(), GOOD)).isEmpty();

        assertThat(against(schema(), yaml)).as(yaml).isNotEmpty();
        assertThatThrownBy(() -> DescriptionReader.read("maker", "maker.yaml", yaml))
                .isInstanceOf(DescriptionRefused.class)
                .hasMessageMatching("(?s)maker\\.yaml:\\d+: .+");
    }

    private static Schema schema() throws IOException {
        try (var file = Descriptions.class.getResourceAsStream("agent.schema.json")) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(file);
        }
    }

    private static List<Error> against(Schema schema, String yaml) {
        Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        return schema.validate(new JsonMapper().<JsonNode>valueToTree(tree));
    }

    @Test
    void theSchemaKnowsTheSameFields() throws IOException {
        JsonNode schema;
        try (var file = Descriptions.class.getResourceAsStream("agent.schema.json")) {
            schema = new JsonMapper().readTree(file);
        }

        assertThat(schema.path("properties").propertyNames())
                .containsExactlyInAnyOrderElementsOf(DescriptionReader.FIELDS);
        assertThat(schema.path("$defs").path("step").path("properties").propertyNames())
                .containsExactlyInAnyOrderElementsOf(RuleReader.STEP);
        assertThat(schema.path("$defs").path("end").path("properties").propertyNames())
                .containsExactlyInAnyOrderElementsOf(RuleReader.END);
    }

    @Nested
    class InTheOperatorsDirectory {
        @TempDir
        private Path directory;

        @Test
        void aFileIsAnAgentOfItsName() throws IOException {
            Files.writeString(directory.resolve("maker.yaml"), GOOD);
            Files.writeString(directory.resolve("README.md"), "not an agent");

            assertThat(Descriptions.all(directory.toString()))
                    .containsKey("maker")
                    .hasSize(9);
        }

        @Test
        void aFileComesBeforeOursOfTheSameName() throws IOException {
            Files.writeString(directory.resolve("codex.yaml"), GOOD);

            assertThat(Descriptions.all(directory.toString())).hasEntrySatisfying("codex", codex -> {
                assertThat(codex.about()).isEqualTo("A made-up agent");
            });
        }

        @Test
        void aNameMustBeOne() throws IOException {
            Files.writeString(directory.resolve("My Agent.yaml"), GOOD);

            assertThatThrownBy(() -> Descriptions.all(directory.toString()))
                    .isInstanceOf(DescriptionRefused.class)
                    .hasMessageContaining("My Agent.yaml: an agent's name has small letters");
        }

        @Test
        void whatIsBrokenIsToldByFileAndLine() throws IOException {
            Path file = directory.resolve("maker.yaml");
            Files.writeString(file, GOOD.replace("protocol: chat", "protocol: telepathy"));

            assertThatThrownBy(() -> Descriptions.all(directory.toString()))
                    .isInstanceOf(DescriptionRefused.class)
                    .hasMessage(file + ":3: 'protocol' must be one of chat, responses, messages, not 'telepathy'");
        }
    }

    @Test
    void aDirectoryThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> Descriptions.all("/nowhere/at/all"))
                .isInstanceOf(DescriptionRefused.class)
                .hasMessageContaining("millrace.worker.agent.descriptions must be a directory");
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(delimiter = '|', textBlock = """
            about: A made-up agent    | abuot: x                   | 1: there is no 'abuot' here
            about: A made-up agent    | protocol: chat             | 3: 'protocol' is there twice
            needs: [/opt/maker]       | needs: [maker]             | 2: 'maker' must begin with a slash
            needs: [/opt/maker]       | needs: /opt/maker          | 2: 'needs' must be a list
            prompt: argument          | prompt: file               | 4: nothing in 'command' or 'environment' says {prompt-file}
            prompt: argument          | # nothing                  | 1: the description has no 'prompt'
            "{prompt}"]               | "{prompt}", "{promt}"]     | 5: {promt} is none of
            format: json-lines        | format: json-file          | 7: transcript has no 'file'
            format: json-lines        | {format: text, file: /x}   | 7: there is no 'file' here, but: format
            format: json-lines        | {format: json-files, directory: /x, files: "[0-9]+"} | 7: 'files' needs one group
            format: json-lines        | {format: json-files, directory: /x, files: "("} | 7: 'files' is no regular expression
            when: {type: said}        | when: {"a..b": said}       | 9: 'a..b' is no path
            when: {type: said}        | when: {type: "~("}         | 9: 'type': no regular expression
            message: "{text}"         | output: "{text}"           | 9: a rule needs one of command, message, answer
            exit: 0                   | exit: zero                 | 12: 'exit': an exit code is a number
            done: ""                  | failed: x, done: y         | 13: mapping values are not allowed here
            done: ""                  | finished: ""               | 13: there is no 'finished' here
            about: A made-up agent    | 'grace: 1h, about: x'      | 1: mapping values are not allowed here
            about: A made-up agent    | about: [x                  | expected ',' or ']'
            """)
    void saysWhatIsWrongWith(String right, String wrong, String reason) {
        String yaml = GOOD.replace(right, wrong);
        assertThat(yaml).isNotEqualTo(GOOD);

        assertThatThrownBy(() -> DescriptionReader.read("maker", "maker.yaml", yaml))
                .isInstanceOf(DescriptionRefused.class)
                .hasMessageStartingWith("maker.yaml:")
                .hasMessageContaining(reason);
    }

    @Test
    void aGraceIsAShortTime() {
        assertThat(DescriptionReader.read("maker", "maker.yaml", GOOD + "grace: 30s\n")
                        .grace())
                .hasSeconds(30);
        assertThatThrownBy(() -> DescriptionReader.read("maker", "maker.yaml", GOOD + "grace: 1h\n"))
                .hasMessage("maker.yaml:14: 'grace' must be between 0s and 5m");
        assertThatThrownBy(() -> DescriptionReader.read("maker", "maker.yaml", GOOD + "grace: soon\n"))
                .hasMessage("maker.yaml:14: 'grace' must be a time such as 10s, not 'soon'");
    }
}
