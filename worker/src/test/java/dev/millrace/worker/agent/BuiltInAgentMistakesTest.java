package dev.millrace.worker.agent;

import static dev.millrace.worker.model.ModelServer.JSON;
import static dev.millrace.worker.model.ModelServer.calling;
import static dev.millrace.worker.model.ModelServer.message;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** What happens when a model calls its tool wrongly, or over and over. */
class BuiltInAgentMistakesTest extends BuiltInAgentFixture {
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
                        AgentEnd.Done.class, done -> assertThat(done.summary()).isEqualTo("done"));
        assertThat(last(1)).contains("cut off");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "null", "[]"})
    void anEmptyAnswerIsAskedAboutAndNotSentBack(String content) throws Exception {
        server.says(message("{\"role\": \"assistant\", \"content\": %s}".formatted(content)))
                .finishes("done");

        assertThat(work(new LocalSandbox(directory), LIMITS)).isInstanceOf(AgentEnd.Done.class);
        assertThat(server.asked().get(1).messages())
                .extracting(message -> message.path("role").asString())
                .containsExactly("system", "user", "user");
        assertThat(last(1)).contains("was empty");
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

        assertThat(work(new LocalSandbox(directory), LIMITS)).isInstanceOfSatisfying(AgentEnd.GaveUp.class, gaveUp -> {
            assertThat(gaveUp.reason()).contains("3 answers in a row");
            assertThat(spending.spent().requests()).isEqualTo(3);
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

    private static String wrong(String tool, String arguments) {
        var message = (ObjectNode) JSON.readTree(calling("x"));
        ((ObjectNode) message.at("/tool_calls/0/function")).put("name", tool).put("arguments", arguments);
        return message(message.toString());
    }
}
