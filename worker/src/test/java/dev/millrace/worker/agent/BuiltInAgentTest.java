package dev.millrace.worker.agent;

import static dev.millrace.worker.model.ModelServer.JSON;
import static dev.millrace.worker.model.ModelServer.calling;
import static dev.millrace.worker.model.ModelServer.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.millrace.worker.model.ModelClient;
import dev.millrace.worker.model.ModelProperties;
import dev.millrace.worker.model.ModelServer;
import dev.millrace.worker.model.ModelUnavailable;
import dev.millrace.worker.model.ModelUsage;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class BuiltInAgentTest {
    private static final AgentLimits LIMITS = new AgentLimits(20, Duration.ofMinutes(10), Duration.ofMinutes(1), 1000);

    private final List<StepRecord> steps = new ArrayList<>();
    private final Ticker clock = new Ticker();
    private ModelServer server;
    private ModelClient model;

    @TempDir
    private Path directory;

    BuiltInAgentTest() throws IOException {
        server = new ModelServer();
        model = client(server.baseUrl(), InstantSource.system());
    }

    @BeforeEach
    void nothingIsLeftOfAnInterrupt() {
        assertThat(Thread.interrupted()).isFalse();
    }

    @AfterEach
    void close() {
        model.close();
        server.close();
    }

    @Nested
    class InAConversation {
        @ParameterizedTest
        @CsvSource({"openai, 2, 1200, 60, 512", "minimax, 2, 1300, 60, 600", "sparse, 2, 0, 0, 0"})
        void everyProvidersShapeIsUnderstoodAndSentBackAsItCame(
                String shape, long requests, long in, long out, long cached) throws Exception {
            var sandbox = new LocalSandbox(directory);
            Files.writeString(sandbox.file("greeting.txt"), "helo\n");
            JsonNode answers = answers(shape);
            answers.forEach(answer -> server.says(answer.toString()));

            var end = work(sandbox, LIMITS);

            assertThat(end)
                    .isEqualTo(
                            new AgentEnd.Done("I corrected the greeting.", new ModelUsage(requests, in, out, cached)));
            assertThat(sandbox.file("greeting.txt")).hasContent("hello");
            var sent = (ObjectNode) server.asked().get(1).messages().get(2);
            var came = (ObjectNode) answers.at("/0/choices/0/message");
            if (shape.equals("sparse")) {
                // What no endpoint would take back is all that was filled in.
                assertThat(sent.at("/tool_calls/0/id").asString()).isNotEmpty();
                assertThat(sent.path("role").asString()).isEqualTo("assistant");
                ((ObjectNode) sent.at("/tool_calls/0")).putNull("id");
                sent.putNull("role");
            }
            assertThat(sent.toString()).isEqualTo(came.toString());
        }

        @Test
        void whatWasSentBeforeIsSentAgainUnchanged() throws Exception {
            server.calls("echo 1").calls("echo 2").finishes("done");

            work(new LocalSandbox(directory), LIMITS);

            var first = server.asked().get(1).messages().toString();
            assertThat(server.asked().get(2).messages().toString())
                    .startsWith(first.substring(0, first.length() - 1) + ",");
        }

        @Test
        void theModelIsToldTheRulesTheTaskAndItsOneTool() throws Exception {
            server.finishes("done");

            work(new LocalSandbox(directory), LIMITS);

            var asked = server.asked().getFirst();
            assertThat(asked.body().path("model").asString()).isEqualTo("model-of-the-house");
            assertThat(asked.body().at("/tools/0/function/name").asString()).isEqualTo("bash");
            assertThat(asked.messages().get(0).path("role").asString()).isEqualTo("system");
            assertThat(asked.messages().get(1).path("content").asString())
                    .contains("```task\nGreeting\n\nCorrect the greeting.\n```");
        }

        @Test
        void aTaskMayNameItsModel() throws Exception {
            server.finishes("done");

            agent().work(
                            new Assignment("", "Go", "acme/shop", List.of(), "another", LIMITS),
                            new LocalSandbox(directory),
                            steps::add);

            assertThat(server.asked().getFirst().body().path("model").asString())
                    .isEqualTo("another");
        }

        @Test
        void everyStepIsOnTheRecordWithoutTheThinking() throws Exception {
            var call = (ObjectNode) JSON.readTree(calling("echo seen; exit 3"));
            call.put("content", "<think>secretly</think>I try.");
            server.says(message(call.toString())).finishes("<think>hm</think>\nDone.");

            var end = work(new LocalSandbox(directory), LIMITS);

            assertThat(end)
                    .isInstanceOfSatisfying(
                            AgentEnd.Done.class,
                            done -> assertThat(done.summary()).isEqualTo("Done."));
            assertThat(steps)
                    .extracting(StepRecord::kind, StepRecord::action, StepRecord::observation, StepRecord::exitCode)
                    .containsExactly(
                            tuple(StepRecord.Kind.MESSAGE, "I try.", "", null),
                            tuple(StepRecord.Kind.COMMAND, "echo seen; exit 3", "seen\n", 3),
                            tuple(StepRecord.Kind.MESSAGE, "Done.", "", null));
        }

        @Test
        void callsInParallelAreAnsweredOneByOneInOrder() throws Exception {
            server.calls("echo a", "exit 4", "echo c").finishes("done");

            work(new LocalSandbox(directory), LIMITS);

            assertThat(toolAnswers(1)).containsExactly("exit code 0\na\n", "exit code 4\n", "exit code 0\nc\n");
        }

        @Test
        void bashIsUsedWhereTheImageHasItAndAskedForOnce() throws Exception {
            server.calls("echo a").calls("[[ a == a ]] && echo b").finishes("done");
            var sandbox = new LocalSandbox(directory);

            work(sandbox, LIMITS);

            assertThat(sandbox.commands)
                    .extracting(command -> command.argv().getFirst())
                    .containsExactly("sh", "bash", "bash");
        }

        @Test
        void shIsUsedWhereThereIsNoBash() throws Exception {
            server.calls("echo a").finishes("done");
            var argv = new ArrayList<List<String>>();
            Sandbox sandbox = new WithoutBash(new FakeSandbox(command -> {
                argv.add(command.argv());
                return FakeSandbox.prints("a");
            }));

            work(sandbox, LIMITS);

            assertThat(argv).containsExactly(List.of("sh", "-c", "echo a"));
        }
    }

    @Nested
    class WhenTheModelCallsWrongly {
        @Test
        void callsOfACutAnswerAreNotRun() throws Exception {
            server.says(message(calling("touch cut"), "length")).finishes("done");
            var sandbox = new LocalSandbox(directory);

            assertThat(work(sandbox, LIMITS)).isInstanceOf(AgentEnd.Done.class);

            assertThat(sandbox.file("cut")).doesNotExist();
            assertThat(toolAnswers(1)).singleElement().asString().contains("cut off");
        }

        @Test
        void aCutAnswerWithoutCallsIsNotTheEnd() throws Exception {
            server.says(message("{\"role\": \"assistant\", \"content\": \"I will now\"}", "length"))
                    .finishes("done");

            assertThat(work(new LocalSandbox(directory), LIMITS))
                    .isInstanceOfSatisfying(
                            AgentEnd.Done.class,
                            done -> assertThat(done.summary()).isEqualTo("done"));
            assertThat(last(1)).contains("cut off");
        }

        @Test
        void callsCountWhateverTheReasonToFinish() throws Exception {
            server.says(message(calling("touch made"), "stop")).finishes("done");
            var sandbox = new LocalSandbox(directory);

            work(sandbox, LIMITS);

            assertThat(sandbox.file("made")).exists();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "bash   | {\"command\": \"echo        | no valid JSON",
                    "bash   | {\"cmd\": \"echo\"}         | need a string 'command'",
                    "bash   | {\"command\": 5}            | need a string 'command'",
                    "bash   | []                          | need a string 'command'",
                    "editor | {\"command\": \"echo\"}     | no tool 'editor', only 'bash'"
                })
        void aCallThatCannotBeRunIsAnsweredWithWhy(String tool, String arguments, String why) throws Exception {
            server.says(wrong(tool, arguments)).finishes("done");

            assertThat(work(new LocalSandbox(directory), LIMITS)).isInstanceOf(AgentEnd.Done.class);

            assertThat(toolAnswers(1))
                    .singleElement()
                    .asString()
                    .startsWith("not run")
                    .contains(why);
        }

        @Test
        void aCommandThatTheSystemCouldNotTakeIsAnsweredAndNotRun() throws Exception {
            server.calls("echo " + "x".repeat(128 * 1024)).calls("echo a\0b").finishes("done");
            var sandbox = new FakeSandbox(_ -> FakeSandbox.prints(""));

            work(sandbox, LIMITS);

            assertThat(sandbox.commands).isEmpty();
            assertThat(toolAnswers(2)).hasSize(2).allMatch(answer -> answer.contains("128 KiB"));
        }

        @Test
        void threeUselessAnswersInARowEndIt() throws Exception {
            server.says(wrong("editor", "{}"))
                    .says(message("{\"role\": \"assistant\", \"content\": \"\"}"))
                    .says(message(calling("echo"), "length"))
                    .finishes("never reached");

            assertThat(work(new LocalSandbox(directory), LIMITS))
                    .isInstanceOfSatisfying(AgentEnd.GaveUp.class, gaveUp -> {
                        assertThat(gaveUp.reason()).contains("3 answers in a row");
                        assertThat(gaveUp.usage().requests()).isEqualTo(3);
                    });
        }

        @Test
        void aUsefulAnswerBetweenThemIsANewBeginning() throws Exception {
            server.says(wrong("editor", "{}"))
                    .says(wrong("editor", "{}"))
                    .calls("echo a")
                    .says(wrong("editor", "{}"))
                    .says(wrong("editor", "{}"))
                    .finishes("done");

            assertThat(work(new LocalSandbox(directory), LIMITS)).isInstanceOf(AgentEnd.Done.class);
        }

        @Test
        void theSameCommandIsWarnedOfTheThirdTimeAndNotRunTheFourth() throws Exception {
            server.calls("ls").calls("ls").calls("ls").calls("ls").finishes("never reached");
            var sandbox = new FakeSandbox(_ -> FakeSandbox.prints("out"));

            assertThat(work(sandbox, LIMITS))
                    .isInstanceOfSatisfying(
                            AgentEnd.GaveUp.class,
                            gaveUp -> assertThat(gaveUp.reason()).contains("`ls`"));

            assertThat(sandbox.commands).hasSize(3);
            assertThat(toolAnswers(3))
                    .satisfiesExactly(
                            first -> assertThat(first).doesNotContain("third time"),
                            second -> assertThat(second).doesNotContain("third time"),
                            third -> assertThat(third).contains("third time"));
        }

        @Test
        void somethingElseInBetweenIsNoRepetition() throws Exception {
            server.calls("ls", "ls", "ls").calls("pwd").calls("ls", "ls", "ls").finishes("done");

            assertThat(work(new FakeSandbox(_ -> FakeSandbox.prints("out")), LIMITS))
                    .isInstanceOf(AgentEnd.Done.class);
        }
    }

    @Nested
    class AtALimit {
        @Test
        void theStepAfterTheLastAllowedIsNotRun() throws Exception {
            server.calls("echo 1").calls("echo 2", "echo 3").finishes("never reached");
            var sandbox = new FakeSandbox(_ -> FakeSandbox.prints(""));

            var end = work(sandbox, new AgentLimits(2, Duration.ofMinutes(10), Duration.ofMinutes(1), 1000));

            assertThat(end)
                    .isEqualTo(new AgentEnd.OutOfBudget(
                            "The limit of 2 steps is reached", new ModelUsage(2, 200, 20, 80)));
            assertThat(sandbox.commands).hasSize(2);
        }

        @Test
        void theLastAllowedStepMayBeFollowedByTheSummary() throws Exception {
            server.calls("echo 1").finishes("done");

            assertThat(work(
                            new FakeSandbox(_ -> FakeSandbox.prints("")),
                            new AgentLimits(1, Duration.ofMinutes(10), Duration.ofMinutes(1), 1000)))
                    .isInstanceOf(AgentEnd.Done.class);
        }

        @Test
        void noCommandIsStartedAfterTheDeadline() throws Exception {
            server.calls("one", "two").finishes("never reached");
            var sandbox = new FakeSandbox(_ -> {
                clock.forward(LIMITS.time());
                return FakeSandbox.prints("");
            });

            assertThat(new BuiltInAgent(model, clock).work(task(LIMITS), sandbox, steps::add))
                    .isInstanceOf(AgentEnd.OutOfTime.class);

            assertThat(sandbox.commands).hasSize(1);
        }

        @Test
        void noModelIsAskedAfterTheDeadline() throws Exception {
            server.calls("one").finishes("never reached");
            var sandbox = new FakeSandbox(_ -> {
                clock.forward(LIMITS.time());
                return FakeSandbox.prints("");
            });

            assertThat(new BuiltInAgent(model, clock).work(task(LIMITS), sandbox, steps::add))
                    .isInstanceOf(AgentEnd.OutOfTime.class);

            assertThat(server.asked()).hasSize(1);
        }

        @Test
        void aModelThatThinksPastTheDeadlineIsNotWaitedFor() throws Exception {
            server.stalls(false);

            var limits = new AgentLimits(5, Duration.ofMillis(300), Duration.ofMillis(300), 1000);

            assertThat(work(new FakeSandbox(_ -> FakeSandbox.prints("")), limits))
                    .isInstanceOf(AgentEnd.OutOfTime.class);
        }

        @Test
        void aCommandGetsItsOwnLimitOrWhatIsLeftOfTheTime() throws Exception {
            server.calls("one").calls("two").finishes("done");
            var sandbox = new FakeSandbox(_ -> {
                clock.forward(LIMITS.time().minusSeconds(20));
                return FakeSandbox.prints("");
            });

            new BuiltInAgent(model, clock).work(task(LIMITS), sandbox, steps::add);

            assertThat(sandbox.commands)
                    .extracting(Command::limit)
                    .containsExactly(LIMITS.commandTime(), Duration.ofSeconds(20));
        }

        @Test
        void aCommandThatWasKilledIsToldToTheModel() throws Exception {
            server.calls("sleep 1000").finishes("done");

            work(new FakeSandbox(_ -> new Ended(137, "begun", "", true, Duration.ofMinutes(1))), LIMITS);

            assertThat(toolAnswers(1)).containsExactly("killed after 60000 ms, its time limit\nbegun");
        }

        @Test
        void longOutputIsShownAsHeadAndTail() throws Exception {
            server.calls("seq").finishes("done");

            work(new FakeSandbox(_ -> FakeSandbox.prints("a".repeat(5000) + "z".repeat(5000))), LIMITS);

            assertThat(toolAnswers(1))
                    .containsExactly("exit code 0\n%s\n[… 9000 bytes left out …]\n%s"
                            .formatted("a".repeat(500), "z".repeat(500)));
            assertThat(steps.getFirst().observation()).hasSizeLessThan(1100);
        }

        @Test
        void aConversationThatGotTooLongIsOutOfBudget() throws Exception {
            server.says(
                    400,
                    Map.of(),
                    "{\"error\": {\"message\": \"This model's maximum context length is 8 tokens\", \"code\": null}}");

            assertThat(work(new FakeSandbox(_ -> FakeSandbox.prints("")), LIMITS))
                    .isInstanceOf(AgentEnd.OutOfBudget.class);
        }
    }

    @Nested
    class WhenSomethingIsBroken {
        @Test
        void aRefusedKeyIsAFaultAndNotAnEnd() {
            server.says(401, Map.of(), "{\"error\": {\"message\": \"no\"}}");

            assertThatExceptionOfType(ModelUnavailable.class)
                    .isThrownBy(() -> work(new FakeSandbox(_ -> FakeSandbox.prints("")), LIMITS));
        }

        @Test
        void anUnknownModelIsAFaultUnlessTheTaskNamedIt() throws Exception {
            server.says(404, Map.of(), "{\"error\": {\"message\": \"no such model\"}}")
                    .says(404, Map.of(), "{\"error\": {\"message\": \"no such model\"}}");
            var sandbox = new FakeSandbox(_ -> FakeSandbox.prints(""));

            assertThatExceptionOfType(ModelUnavailable.class)
                    .isThrownBy(() -> work(sandbox, LIMITS))
                    .withMessageContaining("LLM_MODEL");
            assertThat(agent().work(
                                    new Assignment("", "Go", "acme/shop", List.of(), "another", LIMITS),
                                    sandbox,
                                    steps::add))
                    .isInstanceOfSatisfying(
                            AgentEnd.GaveUp.class,
                            gaveUp -> assertThat(gaveUp.reason()).contains("no such model"));
        }

        @Test
        void aRefusedRequestIsTheTasksOwnEnd() throws Exception {
            server.says(422, Map.of(), "{\"detail\": \"not that\"}");

            assertThat(work(new FakeSandbox(_ -> FakeSandbox.prints("")), LIMITS))
                    .isInstanceOfSatisfying(
                            AgentEnd.GaveUp.class,
                            gaveUp -> assertThat(gaveUp.reason()).contains("HTTP 422: not that"));
        }

        @Test
        void aWorkerWithoutAModelSaysWhatToSet() {
            try (var none = client("", InstantSource.system())) {
                assertThatExceptionOfType(ModelUnavailable.class)
                        .isThrownBy(() -> new BuiltInAgent(none, InstantSource.system())
                                .work(task(LIMITS), new FakeSandbox(_ -> FakeSandbox.prints("")), steps::add))
                        .withMessageContainingAll("LLM_BASE_URL", "LLM_MODEL", "LLM_API_KEY");
            }
        }

        @Test
        void aBrokenSandboxIsAFaultAndNotAnEnd() {
            server.calls("echo");

            assertThatExceptionOfType(SandboxUnavailable.class)
                    .isThrownBy(() -> work(
                            new FakeSandbox(_ -> {
                                throw new SandboxUnavailable("the container died");
                            }),
                            LIMITS));
        }

        @Test
        void anInterruptDuringACommandEndsTheWork() {
            server.calls("echo").finishes("never reached");

            assertThatExceptionOfType(InterruptedException.class)
                    .isThrownBy(() -> work(
                            new FakeSandbox(_ -> {
                                Thread.currentThread().interrupt();
                                throw new SandboxUnavailable("interrupted");
                            }),
                            LIMITS));
            assertThat(server.asked()).hasSize(1);
        }

        @Test
        void anInterruptWhileTheModelThinksEndsTheWork() throws Exception {
            server.stalls(true);
            var thread = Thread.currentThread();
            var interrupter = Thread.ofVirtual().start(() -> {
                await().until(() -> server.asked().size() == 1);
                thread.interrupt();
            });

            assertThatExceptionOfType(InterruptedException.class)
                    .isThrownBy(() -> work(new FakeSandbox(_ -> FakeSandbox.prints("")), LIMITS));
            interrupter.join();
        }
    }

    /** Everything as in the fake, but for bash. */
    private record WithoutBash(FakeSandbox inside) implements Sandbox {
        @Override
        public Ended run(Command command) {
            return command.argv().getLast().equals("command -v bash")
                    ? new Ended(127, "", "", false, Duration.ZERO)
                    : inside.run(command);
        }

        @Override
        public Ended pipe(Command command, InputStream stdin, OutputStream stdout) {
            return inside.pipe(command, stdin, stdout);
        }

        @Override
        public void close() {
            inside.close();
        }
    }

    private AgentEnd work(Sandbox sandbox, AgentLimits limits) throws InterruptedException {
        return agent().work(task(limits), sandbox, steps::add);
    }

    private BuiltInAgent agent() {
        return new BuiltInAgent(model, InstantSource.system());
    }

    private static Assignment task(AgentLimits limits) {
        return new Assignment("Greeting", "Correct the greeting.", "acme/shop", List.of(), "", limits);
    }

    private static ModelClient client(String baseUrl, InstantSource clock) {
        return new ModelClient(
                new ModelProperties(
                        baseUrl,
                        "model-of-the-house",
                        "k",
                        "",
                        Duration.ofMinutes(1),
                        0,
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        DataSize.ofMegabytes(1)),
                clock);
    }

    private static String wrong(String tool, String arguments) {
        var message = (ObjectNode) JSON.readTree(calling("x"));
        ((ObjectNode) message.at("/tool_calls/0/function")).put("name", tool).put("arguments", arguments);
        return message(message.toString());
    }

    private static JsonNode answers(String shape) throws IOException {
        try (var file = BuiltInAgentTest.class.getResourceAsStream("conversations/" + shape + ".json")) {
            return JSON.readTree(Objects.requireNonNull(file));
        }
    }

    /** All tool messages in what was sent with the given request. */
    private List<String> toolAnswers(int request) {
        var answers = new ArrayList<String>();
        for (JsonNode message : server.asked().get(request).messages()) {
            if (message.path("role").asString().equals("tool")) {
                answers.add(message.path("content").asString());
            }
        }
        return answers;
    }

    private String last(int request) {
        var messages = server.asked().get(request).messages();
        return messages.get(messages.size() - 1).path("content").asString();
    }
}
