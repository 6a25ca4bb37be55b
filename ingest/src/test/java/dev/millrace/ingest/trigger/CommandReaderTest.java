package dev.millrace.ingest.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingest.trigger.Command.Options;
import dev.millrace.ingest.trigger.Mention.Address;
import dev.millrace.schemas.id.TaskId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandReaderTest {
    @ParameterizedTest
    @CsvSource({
        "cancel, Cancel",
        "Cancel!, Cancel",
        "/cancel, Cancel",
        "retry, Retry",
        "status?, Status",
        "HELP, Help",
        "approve., Approve",
    })
    void aCommandIsOneWhereItIsAllThatWasSaid(String said, String command) {
        assertThat(read(said).getClass().getSimpleName()).isEqualTo(command);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cancel the subscription when the account is closed",
                "cancel everything",
                "help me with the parser",
                "status codes are wrong",
                "retry\nthree times when the server is away",
                "rebase",
                "fix",
                "make `--no-verify` work",
                "never use --no-verify",
                "--> here",
            })
    void proseIsATask(String said) {
        if (said.startsWith("--")) {
            assertThat(read(said)).isInstanceOf(Command.Unknown.class);
        } else {
            assertThat(read(said)).isEqualTo(new Command.Work(Options.NONE, false, said));
        }
    }

    @Test
    void aTaskCanBeNamed() {
        var id = TaskId.derivedFrom("a");

        assertThat(read("cancel " + id)).isEqualTo(new Command.Cancel(Optional.of(id)));
        assertThat(read("retry " + id)).isEqualTo(new Command.Retry(Optional.of(id)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--agent codex --model=gpt-x --budget 2.50 fix it",
                "fix it --agent codex --model gpt-x --budget=$2.5",
                "--agent=codex fix it --budget 2.5 --model gpt-x",
            })
    void optionsStandAtTheBeginningOrTheEnd(String said) {
        assertThat(read(said))
                .isEqualTo(new Command.Work(new Options("codex", "gpt-x", Optional.of(2_500_000L)), false, "fix it"));
    }

    @Test
    void optionsEndWithTheLine() {
        assertThat(read("--agent codex\nfix it\n\nas told --model below"))
                .isEqualTo(new Command.Work(
                        new Options("codex", "", Optional.empty()), false, "fix it\n\nas told --model below"));
    }

    @Test
    void whatWasSaidBeforeTheMentionBelongsToIt() {
        assertThat(CommandReader.read(new Address("Please ", "fix it")))
                .isEqualTo(new Command.Work(Options.NONE, false, "Please fix it"));
    }

    @Test
    void aPlanMayHaveOptionsAndAText() {
        assertThat(read("plan: --agent codex how to split it\nin two"))
                .isEqualTo(
                        new Command.Work(new Options("codex", "", Optional.empty()), true, "how to split it\nin two"));
        assertThat(read("plan")).isEqualTo(new Command.Work(Options.NONE, true, ""));
    }

    @ParameterizedTest
    @CsvSource({
        "cancle, Did you mean `cancel`?",
        "staus, Did you mean `status`?",
        "/deploy, I do not know `/deploy`.",
        "--modle x fix it, Did you mean `--model`?",
        "fix it --agnet codex, Did you mean `--agent`?",
        "--frobnicate fix it, I do not know the option `--frobnicate`.",
        "--agent, needs a value",
        "--agent $(x) fix it, needs a name",
        "--budget lots fix it, needs an amount of US dollars",
        "--budget 0 fix it, needs an amount of US dollars",
    })
    void whatIsNotUnderstoodIsTold(String said, String why) {
        assertThat(read(said))
                .isInstanceOfSatisfying(
                        Command.Unknown.class,
                        unknown -> assertThat(unknown.why()).contains(why));
    }

    private static Command read(String said) {
        return CommandReader.read(new Address("", said));
    }
}
