package dev.millrace.worker.agent;

import static dev.millrace.worker.model.ModelServer.JSON;
import static dev.millrace.worker.model.ModelServer.calling;
import static dev.millrace.worker.model.ModelServer.message;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is left out of a conversation that gets too long for its model. */
class BuiltInAgentRoomTest extends BuiltInAgentFixture {
    private static final String TOO_LONG =
            "{\"error\": {\"message\": \"This model's maximum context length is 8192 tokens\"}}";
    private static final AgentLimits ROOMY =
            new AgentLimits(60, Duration.ofMinutes(10), Duration.ofMinutes(1), 16 * 1024);

    private final FakeSandbox talkative =
            new FakeSandbox(command -> FakeSandbox.prints("head " + "x".repeat(8000) + " tail"));

    @Test
    void oldOutputIsShortenedBeforeTheModelsWindowIsFull() throws Exception {
        for (int i = 0; i < 8; i++) {
            server.calls("echo " + i);
        }
        server.finishes("done");

        assertThat(work(4000)).isEqualTo(new AgentEnd.Done("done"));

        assertThat(toolAnswers(8).getFirst())
                .startsWith("exit code 0\nhead xxx")
                .contains("left out", "Shortened");
        assertThat(toolAnswers(8).getLast()).hasSizeGreaterThan(8000);
        assertThat(longest()).isLessThan(4000 * 6 + 2 * 8200);
    }

    @Test
    void whatIsLeftAloneGoesOutAsItDidBefore() throws Exception {
        for (int i = 0; i < 3; i++) {
            server.calls("echo " + i);
        }
        server.finishes("done");

        work(100_000);

        String second = server.asked().get(2).messages().toString();
        assertThat(server.asked().get(3).messages().toString()).startsWith(second.substring(0, second.length() - 1));
    }

    @Test
    void whereTheModelsOwnWordsFillItWholeTurnsGoAndTheirCommandsAreTold() throws Exception {
        for (int i = 0; i < 8; i++) {
            server.says(message(saying("w".repeat(6000), "echo %d\n# done".formatted(i))));
        }
        server.finishes("done");

        assertThat(work(new FakeSandbox(_ -> FakeSandbox.prints("ok")), 6000)).isEqualTo(new AgentEnd.Done("done"));

        JsonNode last = server.asked().getLast().messages();
        assertThat(last.get(1).path("content").asString())
                .contains("Correct the greeting.", "of your steps were left out", "$ echo 0 # done\n$ echo 1 # done")
                .doesNotContain("echo 7");
        assertThat(last.get(2).path("role").asString()).isEqualTo("assistant");
        assertThat(last.get(2).path("content").asString()).hasSize(6000);
    }

    @Test
    void aProviderThatSaysItIsTooLongIsAskedAgainWithLess() throws Exception {
        server.calls("one")
                .calls("two")
                .calls("three")
                .says(400, Map.of(), TOO_LONG)
                .finishes("done");

        assertThat(work(1_000_000)).isEqualTo(new AgentEnd.Done("done"));

        long refused = server.asked().get(3).messages().toString().length();
        assertThat(server.asked().get(4).messages().toString().length()).isLessThan((int) (refused * 0.6));
        assertThat(talkative.commands).hasSize(3);
    }

    @Test
    void whatItOnceCouldNotTakeIsNotTriedAgain() throws Exception {
        server.calls("one").calls("two").says(500, Map.of(), TOO_LONG);
        for (int i = 0; i < 12; i++) {
            server.calls("echo " + i);
        }
        server.finishes("done");

        work(1_000_000);

        int refused = server.asked().get(2).messages().toString().length();
        assertThat(server.asked().subList(3, server.asked().size()))
                .allSatisfy(asked ->
                        assertThat(asked.messages().toString().length()).isLessThan(refused));
    }

    @Test
    void aTaskThatIsTooLongByItselfIsTheEnd() throws Exception {
        server.says(400, Map.of(), TOO_LONG).finishes("never reached");

        assertThat(work(1_000_000))
                .isInstanceOfSatisfying(
                        AgentEnd.OutOfBudget.class,
                        end -> assertThat(end.reason()).contains("too long", "maximum context length"));
    }

    private AgentEnd work(long context) throws InterruptedException {
        return work(talkative, context);
    }

    private AgentEnd work(FakeSandbox sandbox, long context) throws InterruptedException {
        return new BuiltInAgent(gateways, SystemPrompt.read(""), context, InstantSource.system())
                .work(task(ROOMY), sandbox, spending, steps::add);
    }

    private int longest() {
        return server.asked().stream()
                .mapToInt(asked -> asked.messages().toString().length())
                .max()
                .orElseThrow();
    }

    private static String saying(String words, String command) {
        return ((ObjectNode) JSON.readTree(calling(command)))
                .put("content", words)
                .toString();
    }
}
