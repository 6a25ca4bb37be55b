package dev.millrace.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.sandbox.docker.RealDocker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The built-in agent in a real sandbox, with whatever shell it has. */
class BuiltInAgentIT extends BuiltInAgentFixture {
    @Test
    void worksUntilItSaysWhatItDid() throws Exception {
        try (var sandboxes = RealDocker.sandboxes("builtin-it", Map.of());
                var sandbox = sandboxes.open("", Map.of("task", "builtin-it"))) {
            server.calls("echo hello >hello.txt", "seq 100000")
                    .callsKeeping("mkdir -p src/deep && cd src/deep && export LEVEL='two words'")
                    .calls("pwd")
                    .callsKeeping("pwd; echo \"$LEVEL\"; cat ../../hello.txt")
                    .calls("head -c 3 /dev/zero; exit 5")
                    .finishes("I said hello.");

            assertThat(work(sandbox, LIMITS)).isEqualTo(new AgentEnd.Done("I said hello."));

            assertThat(toolAnswers(5))
                    .satisfiesExactly(
                            wrote -> assertThat(wrote).isEqualTo("exit code 0\n"),
                            much -> assertThat(much).contains("left out").hasSizeLessThan(1200),
                            kept -> assertThat(kept).isEqualTo("exit code 0\n"),
                            fresh -> assertThat(fresh).isEqualTo("exit code 0\n/workspace\n"),
                            again ->
                                    assertThat(again).isEqualTo("exit code 0\n/workspace/src/deep\ntwo words\nhello\n"),
                            failed -> assertThat(failed).startsWith("exit code 5"));
            assertThat(sandbox.stat("/workspace/hello.txt").size()).isEqualTo(6);
        }
    }

    @Test
    void keepsDirectoryAndVariablesAlsoWithAPlainShell() throws Exception {
        try (var sandboxes = RealDocker.sandboxes("builtin-it", Map.of());
                var sandbox = sandboxes.open("", Map.of("task", "builtin-it"))) {
            var shell =
                    Shell.sh(sandbox, LIMITS, Deadline.in(Duration.ofMinutes(5), InstantSource.system()), steps::add);

            shell.runOn("mkdir 'it is'; cd 'it is'; export A=\"b'c\nd\"; false || exit 4");

            assertThat(shell.runOn("pwd; echo \"$A\"").output()).isEqualTo("/workspace/it is\nb'c\nd\n");
            assertThat(shell.run("pwd; ls -A").output()).isEqualTo("/workspace\nit is\n");
        }
    }
}
