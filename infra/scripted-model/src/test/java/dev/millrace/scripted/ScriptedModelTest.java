package dev.millrace.scripted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ScriptedModelTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private ScriptedModel model = new ScriptedModel(Scenario.of());

    @AfterEach
    void close() {
        model.close();
        http.shutdownNow();
    }

    @Nested
    class ByEveryProtocol {
        @ParameterizedTest
        @CsvSource({
            "/chat/completions, /choices/0/message/content",
            "/responses, /output/0/content/0/text",
            "/messages, /content/0/text"
        })
        void textIsSaid(String path, String where) throws Exception {
            follow(Turn.say("hello"));

            assertThat(JSON.readTree(ask(path, "{}").body()).at(where).asString())
                    .isEqualTo("hello");
        }

        @ParameterizedTest
        @CsvSource({
            "/chat/completions, /choices/0/message/tool_calls/0/function/arguments",
            "/responses, /output/0/arguments",
            "/messages, /content/0/input"
        })
        void aCommandIsCalledByTheToolThatIsOffered(String path, String where) throws Exception {
            follow(Turn.shell("ls"));
            String schema = "{\"properties\": {\"command\": {\"type\": \"string\"}}}";

            JsonNode answer =
                    JSON.readTree(ask(path, tools(path, "terminal", schema)).body());

            JsonNode arguments = answer.at(where);
            assertThat(arguments.isString() ? arguments.asString() : arguments.toString())
                    .isEqualTo("{\"command\":\"ls\"}");
            assertThat(answer.toString()).contains("\"name\":\"terminal\"");
        }

        @ParameterizedTest
        @CsvSource({"/chat/completions, [DONE]", "/responses, response.completed", "/messages, message_stop"})
        void aStreamEndsAsTheProtocolDoes(String path, String last) throws Exception {
            follow(new Turn(null, 1, "hello", List.of(new Call.Tool("t", "{\"a\":1}")), null, Counts.USUAL));

            List<String> lines = ask(path, "{\"stream\": true}")
                    .body()
                    .lines()
                    .filter(l -> l.startsWith("data:"))
                    .toList();

            assertThat(lines.getLast()).contains(last);
            assertThat(String.join("", lines)).contains("hello");
        }

        @Test
        void usageComesInAChatsStreamOnlyIfItIsAskedFor() throws Exception {
            follow(Turn.say("a"), Turn.say("b"));

            assertThat(ask("/chat/completions", "{\"stream\": true}").body()).doesNotContain("prompt_tokens");
            assertThat(ask("/chat/completions", "{\"stream\": true, \"stream_options\": {\"include_usage\": true}}")
                            .body())
                    .contains("\"prompt_tokens\":100");
        }
    }

    @Nested
    class ToolsThatDiffer {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "execute_bash      | {'properties': {'command': {'type': 'string'}, 'security_risk': {'enum': ['LOW', 'HIGH']}}, 'required': ['command', 'security_risk']} | {'command':'ls','security_risk':'LOW'}",
                    "shell             | {'properties': {'command': {'type': 'array'}}, 'required': ['command']} | {'command':['bash','-lc','ls']}",
                    "exec_command      | {'properties': {'cmd': {'type': 'string'}}, 'required': ['cmd']} | {'cmd':'ls'}",
                    "run_shell_command | {'properties': {'command': {'type': 'string'}, 'is_background': {'type': 'boolean'}}, 'required': ['command', 'is_background']} | {'command':'ls','is_background':false}",
                    "my_bash_tool      | {'properties': {'command': {'type': 'string'}, 'description': {'type': 'string'}, 'timeout': {'type': 'integer'}}, 'required': ['description', 'timeout']} | {'command':'ls','description':'as the task says','timeout':60}"
                })
        void getTheArgumentsThatTheyWant(String name, String schema, String arguments) throws Exception {
            follow(Turn.shell("ls"));

            String answer = ask("/chat/completions", tools("/chat/completions", name, schema.replace('\'', '"')))
                    .body();

            assertThat(JSON.readTree(answer)
                            .at("/choices/0/message/tool_calls/0/function/arguments")
                            .asString())
                    .isEqualTo(arguments.replace('\'', '"'));
        }

        @Test
        void areReplacedByTextWhereThereAreNone() throws Exception {
            follow(Turn.shell("ls"));

            assertThat(ask("/chat/completions", "{}").body()).contains("```bash\\nls\\n```");
        }

        @Test
        void sayThatTheWorkIsDoneIfTheyCan() throws Exception {
            follow(Turn.finish("done"), Turn.finish("done"));
            String schema = "{\"properties\": {\"message\": {\"type\": \"string\"}}}";

            assertThat(ask("/chat/completions", tools("/chat/completions", "finish", schema))
                            .body())
                    .contains("\"name\":\"finish\",\"arguments\":\"{\\\"message\\\":\\\"done\\\"}\"");
            assertThat(ask("/chat/completions", "{}").body()).contains("\"content\":\"done\"");
        }

        @Test
        void ofMiniSweAgentEndWithACommand() throws Exception {
            follow(Turn.finish("done"));

            assertThat(ask(
                                    "/chat/completions",
                                    "{\"messages\": [{\"content\": \"echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT\"}]}")
                            .body())
                    .contains("echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT");
        }
    }

    @Nested
    class TheOrderOfTurns {
        @Test
        void isThatOfTheScenarioAndThenSomethingElse() throws Exception {
            follow(Turn.say("one").times(2), Turn.say("two"));

            assertThat(ask("/chat/completions", "{}").body()).contains("one");
            assertThat(ask("/messages", "{}").body()).contains("one");
            assertThat(ask("/responses", "{}").body()).contains("two");
            assertThat(ask("/chat/completions", "{}").statusCode()).isEqualTo(400);
        }

        @Test
        void givesWayToATurnThatTheLastMessageAsksFor() throws Exception {
            follow(Turn.say("one"), Turn.say("I make it").when("No such file"));

            assertThat(ask("/messages", "{\"messages\": [{\"content\": [{\"text\": \"No such file\"}]}]}")
                            .body())
                    .contains("I make it");
            assertThat(ask(
                                    "/chat/completions",
                                    "{\"messages\": [{\"content\": \"No such file\"}, {\"content\": \"hi\"}]}")
                            .body())
                    .contains("one");
        }

        @Test
        void isNotDisturbedBySideQuestions() throws Exception {
            follow(new Scenario(List.of(Turn.shell("ls")), Turn.say("over"), Turn.say("A title")));

            assertThat(ask("/chat/completions", "{}").body()).contains("A title");
            assertThat(ask("/chat/completions", tools("/chat/completions", "bash", "{}"))
                            .body())
                    .contains("ls");
        }
    }

    @Nested
    class ARepeatingScenario {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "/chat/completions | {'messages': [{'role': 'user'}]} |"
                            + "{'messages': [{'role': 'user'}, {'role': 'assistant'}]}",
                    "/messages | {'messages': [{'role': 'user'}]} |"
                            + "{'messages': [{'role': 'user'}, {'role': 'assistant'}]}",
                    "/responses | {'input': 'hello'} |"
                            + "{'input': [{'role': 'user'}, {'type': 'function_call'}, {'type': 'function_call_output'}]}"
                })
        void beginsAnewWithEachConversation(String path, String first, String later) throws Exception {
            follow(new Scenario(List.of(Turn.say("one"), Turn.say("two")), Turn.say("over"), null, true));

            assertThat(ask(path, first.replace('\'', '"')).body()).contains("one");
            assertThat(ask(path, later.replace('\'', '"')).body()).contains("two");
            assertThat(ask(path, later.replace('\'', '"')).body()).contains("over");
            assertThat(ask(path, first.replace('\'', '"')).body()).contains("one");
        }
    }

    @Nested
    class Failing {
        @Test
        void withAStatusAndItsHeaders() throws Exception {
            follow(Turn.fail(new Failure.Status(429, Map.of("Retry-After", "3"), "slow down")));

            HttpResponse<String> answer = ask("/messages", "{}");

            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("retry-after")).hasValue("3");
            assertThat(answer.body()).contains("rate_limit_error", "slow down");
        }

        @ParameterizedTest
        @EnumSource(Dialect.class)
        void withAnErrorInsideOfSuccess(Dialect dialect) throws Exception {
            follow(Turn.fail(new Failure.ErrorInside("no")).times(2));

            assertThat(ask(dialect.path(), "{}")).satisfies(answer -> {
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).contains("error", "no");
            });
            assertThat(ask(dialect.path(), "{\"stream\": true}").body())
                    .startsWith(dialect == Dialect.CHAT ? "data:" : "event: error");
        }

        @ParameterizedTest
        @EnumSource(
                names = {"CUT", "CUT_MIDWAY"},
                value = Failure.Midway.class)
        void byCuttingTheConnection(Failure.Midway midway) {
            follow(Turn.fail(midway).times(2));

            assertThatThrownBy(() -> ask("/chat/completions", "{}")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> ask("/chat/completions", "{\"stream\": true}"))
                    .isInstanceOf(IOException.class);
        }

        @ParameterizedTest
        @EnumSource(
                names = {"STALL", "STALL_MIDWAY", "ENDLESS", "LINGER"},
                value = Failure.Midway.class)
        void byNotEnding(Failure.Midway midway) throws Exception {
            follow(Turn.fail(midway));

            CompletableFuture<HttpResponse<String>> answer = http.sendAsync(
                    request("/chat/completions", "{\"stream\": true}"), HttpResponse.BodyHandlers.ofString());
            while (model.asked().isEmpty()) {
                Thread.onSpinWait();
            }

            assertThat(answer).isNotDone();
        }
    }

    @Test
    void whatWasAskedIsKept() throws Exception {
        follow(Turn.say("hello"));

        ask("/chat/completions?beta=true", "{\"model\": \"m\", \"messages\": [{\"content\": \"hi\"}]}");

        Ask asked = model.asked().getFirst();
        assertThat(asked.dialect()).isEqualTo(Dialect.CHAT);
        assertThat(asked.path()).isEqualTo("/v1/chat/completions?beta=true");
        assertThat(asked.model()).isEqualTo("m");
        assertThat(asked.lastMessage()).isEqualTo("hi\n");
        assertThat(asked.header("X-Of-Test")).isEqualTo("yes");
    }

    private void follow(Turn... turns) {
        follow(Scenario.of(turns));
    }

    private void follow(Scenario scenario) {
        model.close();
        model = new ScriptedModel(scenario);
    }

    private HttpResponse<String> ask(String path, String body) throws IOException, InterruptedException {
        return http.send(request(path, body), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(URI.create(model.baseUrl() + path))
                .header("X-Of-Test", "yes")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static String tools(String path, String name, String schema) {
        return switch (path) {
            case "/messages" -> "{\"tools\": [{\"name\": \"%s\", \"input_schema\": %s}]}".formatted(name, schema);
            case "/responses" ->
                "{\"tools\": [{\"type\": \"function\", \"name\": \"%s\", \"parameters\": %s}]}".formatted(name, schema);
            default ->
                "{\"tools\": [{\"type\": \"function\", \"function\": {\"name\": \"%s\", \"parameters\": %s}}]}"
                        .formatted(name, schema);
        };
    }
}
