package dev.millrace.worker.agent;

import static dev.millrace.worker.model.ModelServer.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.model.upstream.Tokens;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Whole conversations in the shapes of several providers, as files: {@code answers}, each a body, or status, headers and
 * body; how the work {@code ends}; what was {@code spent}; which {@code tools} answers the model saw at last, by a part of
 * them; and {@code sentBack}, where the model's messages did not go back exactly as they came.
 */
class ConversationsTest extends BuiltInAgentFixture {
    static List<Path> files() throws Exception {
        URL directory = Objects.requireNonNull(ConversationsTest.class.getResource("conversations"));
        try (Stream<Path> files = Files.list(Path.of(directory.toURI()))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void goesAsItWasRecorded(Path file) throws Exception {
        var sandbox = new LocalSandbox(directory);
        Files.writeString(sandbox.file("greeting.txt"), "helo\n");
        JsonNode recorded = JSON.readTree(Files.readString(file));
        recorded.path("answers").forEach(this::play);

        var end = work(sandbox, LIMITS);

        assertThat(end).isEqualTo(new AgentEnd.Done(recorded.path("ends").asString()));
        assertThat(sandbox.file("greeting.txt")).hasContent("hello");
        assertThat(server.asked()).hasSameSizeAs(recorded.path("answers"));
        JsonNode spent = recorded.path("spent");
        assertThat(spending.spent().requests()).isEqualTo(spent.path("requests").asLong());
        assertThat(spending.spent().estimated())
                .isEqualTo(spent.path("estimated").asLong(0));
        if (spent.has("in")) {
            assertThat(spending.spent().tokens())
                    .isEqualTo(new Tokens(
                            spent.path("in").asLong(),
                            spent.path("out").asLong(),
                            spent.path("cached").asLong(),
                            0));
        }
        assertThat(sentBack()).isEqualTo(toBeSentBack(recorded));
        assertThat(toolAnswers(server.asked().size() - 1))
                .zipSatisfy(
                        recorded.path("tools")
                                .valueStream()
                                .map(JsonNode::asString)
                                .toList(),
                        (answer, part) -> assertThat(answer).contains(part));
    }

    private void play(JsonNode answer) {
        if (!answer.path("status").isNumber()) {
            server.says(answer.toString());
            return;
        }
        var headers = new HashMap<String, String>();
        answer.path("headers")
                .propertyStream()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asString()));
        server.says(answer.path("status").asInt(), headers, answer.path("body").toString());
    }

    private List<String> sentBack() {
        return server.asked()
                .getLast()
                .messages()
                .valueStream()
                .filter(message -> message.path("role").asString().equals("assistant"))
                .map(JsonNode::toString)
                .toList();
    }

    private static List<String> toBeSentBack(JsonNode recorded) {
        var messages = new ArrayList<String>();
        JsonNode source = recorded.has("sentBack") ? recorded.path("sentBack") : recorded.path("answers");
        for (JsonNode one : source) {
            JsonNode message = recorded.has("sentBack") ? one : one.at("/choices/0/message");
            if (message.isObject()) {
                messages.add(message.toString());
            }
        }
        // The last one ended it.
        return recorded.has("sentBack") ? messages : messages.subList(0, messages.size() - 1);
    }
}
