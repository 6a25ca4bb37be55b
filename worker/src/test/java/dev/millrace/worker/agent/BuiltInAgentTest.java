package dev.millrace.worker.agent;

import static dev.millrace.worker.model.ModelServer.JSON;
import static dev.millrace.worker.model.ModelServer.calling;
import static dev.millrace.worker.model.ModelServer.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** How a conversation goes when all is well. */
class BuiltInAgentTest extends BuiltInAgentFixture {
    @Test
    void whatWasSentBeforeIsSentAgainUnchanged() throws Exception {
        server.calls("echo 1").calls("echo 2").finishes("done");

        work(new LocalSandbox(directory), LIMITS);

        var first = server.asked().get(1).messages().toString();
        assertThat(server.asked().get(2).messages().toString())
                .startsWith(first.substring(0, first.length() - 1) + ",");
    }

    @Test
    void whatFailedIsAFurtherMessageOfTheSameConversation() throws Exception {
        server.calls("echo 1").finishes("done").calls("echo 2").finishes("mended");

        var work = agent().on(task(LIMITS), new LocalSandbox(directory), spending, steps::add);
        assertThat(work.begin()).isEqualTo(new AgentEnd.Done("done"));
        assertThat(work.goOn("$ make test\n[exit code 2]")).isEqualTo(new AgentEnd.Done("mended"));

        assertThat(server.asked()).hasSize(4);
        assertThat(last(2)).isEqualTo(Prompt.failed("$ make test\n[exit code 2]"));
        var before = server.asked().get(1).messages().toString();
        assertThat(server.asked().get(2).messages().toString())
                .startsWith(before.substring(0, before.length() - 1) + ",");
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
                .contains("\nGreeting\n\nCorrect the greeting.\n</quoted-");
    }

    @Test
    void aTaskMayNameItsModel() throws Exception {
        server.finishes("done");

        agent().work(
                        new Assignment("", "Go", "acme/shop", List.of(), "another", LIMITS),
                        new LocalSandbox(directory),
                        spending,
                        steps::add);

        assertThat(server.asked().getFirst().body().path("model").asString()).isEqualTo("another");
    }

    @Test
    void everyStepIsOnTheRecordWithoutTheThinking() throws Exception {
        var call = (ObjectNode) JSON.readTree(calling("echo seen; exit 3"));
        call.put("content", "<think>secretly</think>I try.");
        server.says(message(call.toString())).finishes("<think>hm</think>\nDone.");

        var end = work(new LocalSandbox(directory), LIMITS);

        assertThat(end)
                .isInstanceOfSatisfying(
                        AgentEnd.Done.class, done -> assertThat(done.summary()).isEqualTo("Done."));
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
        var sandbox = FakeSandbox.withoutBash(command -> {
            argv.add(command.argv());
            return FakeSandbox.prints("a");
        });

        work(sandbox, LIMITS);

        assertThat(argv).containsExactly(List.of("sh", "-c", "echo a"));
    }

    @Test
    void aCommandThatKeepsGoesOnWhereTheLastSuchEnded() throws Exception {
        server.callsKeeping("mkdir -p 'a b' && cd 'a b' && export GREETING='it is; \"fine\"'; NOTHING=x; exit 3")
                .calls("pwd; echo ${GREETING-none}")
                .callsKeeping("pwd; echo $GREETING ${NOTHING-none}; cd ..")
                .callsKeeping("pwd")
                .finishes("done");
        var sandbox = new LocalSandbox(directory);
        String workspace = sandbox.file("").toRealPath().toString();

        work(sandbox, LIMITS);

        assertThat(toolAnswers(4))
                .containsExactly(
                        "exit code 3\n",
                        "exit code 0\n%s\nnone\n".formatted(workspace),
                        "exit code 0\n%s/a b\nit is; \"fine\" none\n".formatted(workspace),
                        "exit code 0\n%s\n".formatted(workspace));
        assertThat(steps.getFirst().action()).startsWith("mkdir");
    }

    @Test
    void aKeptDirectoryThatIsGoneDoesNotStopTheNextCommand() throws Exception {
        server.callsKeeping("mkdir d && cd d")
                .calls("rmdir d")
                .callsKeeping("echo still here")
                .finishes("done");

        work(new LocalSandbox(directory), LIMITS);

        assertThat(toolAnswers(3).getLast()).contains("exit code 0", "still here");
    }
}
