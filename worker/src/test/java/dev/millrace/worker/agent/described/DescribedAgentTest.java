package dev.millrace.worker.agent.described;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.worker.agent.AgentEnd;
import dev.millrace.worker.agent.AgentLimits;
import dev.millrace.worker.agent.Assignment;
import dev.millrace.worker.agent.StepRecord;
import dev.millrace.worker.model.gateway.Budget;
import dev.millrace.worker.model.gateway.GatewayLimits;
import dev.millrace.worker.model.gateway.Gateways;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.model.gateway.StopSwitch;
import dev.millrace.worker.model.upstream.Upstreams;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.CommandsOnly;
import dev.millrace.worker.sandbox.Connection;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.FileStatus;
import dev.millrace.worker.sandbox.Listener;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DescribedAgentTest {
    private static final String SAYS_DONE = "{\"type\": \"end\", \"how\": \"ok\"}\n";

    private final Gateways gateways = new Gateways(
            new Upstreams(List.of(), Map.of()),
            new GatewayLimits(1024, 1, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), 0),
            new StopSwitch(),
            InstantSource.system());
    private final OneProgram sandbox = new OneProgram();
    private final List<StepRecord> steps = new CopyOnWriteArrayList<>();
    private String prompt = "stdin";
    private String command = "[/opt/maker, \"{model}\", \"{steps}\"]";
    private String transcript = "{format: json-lines}";

    @AfterEach
    void close() {
        gateways.close();
    }

    @Nested
    class TheTask {
        @Test
        void goesInAsStandardInput() throws Exception {
            sandbox.program = out -> out.write(SAYS_DONE.getBytes(UTF_8));

            work("it's \"quoted\"", Duration.ofMinutes(1));

            assertThat(sandbox.input).contains("it's \"quoted\"");
            assertThat(sandbox.commands.getFirst().argv()).containsExactly("/opt/maker", "millrace", "7");
            assertThat(sandbox.commands.getFirst().environment())
                    .containsEntry("MAKER_MODE", "7")
                    .containsEntry("NO_PROXY", "localhost,127.0.0.1");
        }

        @Test
        void goesInAsArgument() throws Exception {
            prompt = "argument";
            command = "[/opt/maker, \"--task={prompt}\"]";

            work("{model} $HOME \n next", Duration.ofMinutes(1));

            assertThat(sandbox.commands.getFirst().argv().get(1))
                    .startsWith("--task=")
                    .contains("{model} $HOME \n next");
            assertThat(sandbox.input).isEmpty();
        }

        @Test
        void isRefusedAsArgumentThatIsTooLong() throws Exception {
            prompt = "argument";
            command = "[/opt/maker, \"{prompt}\"]";

            AgentEnd end = work("x".repeat(128 * 1024), Duration.ofMinutes(1));

            assertThat(end).isInstanceOf(AgentEnd.GaveUp.class);
            assertThat(sandbox.commands).isEmpty();
        }

        @Test
        void goesInAsFile() throws Exception {
            prompt = "file";
            command = "[/opt/maker, \"{prompt-file}\"]";

            work("as a file", Duration.ofMinutes(1));

            assertThat(sandbox.files.get(sandbox.commands.getFirst().argv().get(1)))
                    .contains("as a file");
        }
    }

    @Nested
    class TheEnd {
        @Test
        void isDoneWhenTheAgentSaysSo() throws Exception {
            sandbox.program = out -> {
                out.write("{\"type\": \"said\", \"text\": \"Did it.\"}\n".getBytes(UTF_8));
                out.write(SAYS_DONE.getBytes(UTF_8));
            };

            AgentEnd end = work("task", Duration.ofMinutes(1));

            assertThat(end).isInstanceOfSatisfying(AgentEnd.Done.class, done -> {
                assertThat(done.summary()).isEqualTo("Did it.");
            });
            assertThat(steps).hasSize(1);
        }

        @Test
        void comesEvenIfTheProgramDoesNotEnd() throws Exception {
            sandbox.program = out -> {
                out.write(SAYS_DONE.getBytes(UTF_8));
                forever();
            };

            assertThat(work("task", Duration.ofMinutes(1))).isInstanceOf(AgentEnd.Done.class);
            assertThat(sandbox.interrupted.getCount()).isZero();
        }

        @Test
        void isAFailureIfTheProgramEndsWithoutAWord() throws Exception {
            sandbox.program = out -> out.write("Segmentation fault\n".getBytes(UTF_8));

            assertThat(work("task", Duration.ofMinutes(1))).isInstanceOfSatisfying(AgentEnd.GaveUp.class, gaveUp -> {
                assertThat(gaveUp.reason())
                        .contains("exit code 0 without saying that it is done")
                        .contains("Segmentation fault");
            });
        }

        @Test
        void isALimitIfTheExitCodeSaysSo() throws Exception {
            sandbox.exitCode = 53;

            assertThat(work("task", Duration.ofMinutes(1)))
                    .isInstanceOfSatisfying(AgentEnd.OutOfBudget.class, limit -> {
                        assertThat(limit.reason()).isEqualTo("It used all of its turns");
                    });
        }

        @Test
        void comesWithTheLastStep() throws Exception {
            sandbox.program = out -> {
                out.write("{\"type\": \"ran\", \"what\": \"ls\"}\n".repeat(8).getBytes(UTF_8));
                forever();
            };

            assertThat(work("task", Duration.ofMinutes(1)))
                    .isInstanceOfSatisfying(AgentEnd.OutOfBudget.class, limit -> {
                        assertThat(limit.reason()).isEqualTo("The limit of 7 steps is reached");
                    });
            assertThat(sandbox.interrupted.getCount()).isZero();
        }

        @Test
        void comesWithTheTime() throws Exception {
            sandbox.program = out -> forever();

            assertThat(work("task", Duration.ofMillis(300))).isInstanceOf(AgentEnd.OutOfTime.class);
            assertThat(sandbox.interrupted.getCount()).isZero();
        }

        @Test
        void comesWhenItIsCalledOff() throws Exception {
            Thread worker = Thread.currentThread();
            sandbox.program = out -> {
                worker.interrupt();
                forever();
            };

            assertThatThrownBy(() -> work("task", Duration.ofMinutes(1))).isInstanceOf(InterruptedException.class);
            assertThat(sandbox.interrupted.getCount()).isZero();
        }
    }

    @Test
    void anImageWithoutTheProgramIsNoImageForIt() throws Exception {
        sandbox.files.clear();

        assertThat(work("task", Duration.ofMinutes(1))).isInstanceOfSatisfying(AgentEnd.GaveUp.class, gaveUp -> {
            assertThat(gaveUp.reason()).contains("no /opt/maker").contains("millrace.worker.agent.images.maker");
        });
    }

    @Test
    void aFileThatIsWrittenAnewIsFollowed() throws Exception {
        transcript = "{format: json-file, file: /tmp/t.json, list: messages}";
        sandbox.program = _ -> {
            sandbox.files.put("/tmp/t.json", "{\"messages\": [{\"type\": \"said\", \"text\": \"one\"}");
            sandbox.files.put(
                    "/tmp/t.json", "{\"messages\": [{\"type\": \"said\", \"text\": \"one\"}, " + SAYS_DONE + "]}");
        };

        assertThat(work("task", Duration.ofMinutes(1))).isInstanceOf(AgentEnd.Done.class);
        assertThat(steps).extracting(StepRecord::action).containsExactly("one");
    }

    private AgentEnd work(String instruction, Duration time) throws InterruptedException {
        Description maker = DescriptionReader.read("maker", "maker.yaml", """
                about: A made-up agent
                needs: [/opt/maker]
                protocol: chat
                prompt: %s
                command: %s
                environment: {MAKER_MODE: "{steps}"}
                transcript: %s
                steps:
                  - when: {type: said}
                    message: "{text}"
                  - when: {type: ran}
                    command: "{what}"
                ends:
                  - when: {type: end, how: ok}
                    done: ""
                  - exit: 53
                    limit: It used all of its turns
                grace: 0s
                """.formatted(prompt, command, transcript));
        var limits = new AgentLimits(7, time, time, 1024);
        var agent = new DescribedAgent(maker, "", gateways, InstantSource.system());
        return agent.work(
                new Assignment("", instruction, "a/b", List.of(), "", limits),
                sandbox,
                new Spending(Budget.UNLIMITED),
                steps::add);
    }

    private static void forever() throws IOException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new IOException(ended);
        }
    }

    /** A sandbox in which one program can be run, a piece of this test. */
    private static final class OneProgram extends CommandsOnly {
        final Map<String, String> files = new HashMap<>(Map.of("/opt/maker", ""));
        final CountDownLatch interrupted = new CountDownLatch(1);
        Program program = _ -> {};
        int exitCode;
        String input = "";

        final List<Command> commands = new CopyOnWriteArrayList<>();

        interface Program {
            void run(OutputStream out) throws IOException;
        }

        @Override
        public Ended run(Command command) {
            throw new IllegalStateException("nothing else is run here");
        }

        @Override
        public Ended pipe(Command command, InputStream stdin, OutputStream stdout) {
            commands.add(command);
            try {
                input = new String(stdin.readAllBytes(), UTF_8);
                program.run(stdout);
            } catch (IOException failed) {
                if (Thread.currentThread().isInterrupted()) {
                    interrupted.countDown();
                    throw new SandboxUnavailable("interrupted", failed);
                }
                throw new UncheckedIOException(failed);
            }
            return new Ended(exitCode, "", "", false, Duration.ZERO);
        }

        @Override
        public void write(String path, int mode, InputStream content) {
            try {
                files.put(path, new String(content.readAllBytes(), UTF_8));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        @Override
        public FileStatus stat(String path) throws SystemCallFailed {
            return new FileStatus(0100644, content(path).length(), 1, 1, Instant.EPOCH, Instant.EPOCH);
        }

        @Override
        public InputStream read(byte[] path) throws SystemCallFailed {
            return new ByteArrayInputStream(content(new String(path, UTF_8)).getBytes(UTF_8));
        }

        private String content(String path) throws SystemCallFailed {
            String content = files.get(path);
            if (content == null) {
                throw new SystemCallFailed(2, path + ": No such file or directory");
            }
            return content;
        }

        @Override
        public Listener listen(int port) {
            return new Listener() {
                @Override
                public int port() {
                    return port;
                }

                @Override
                public Connection accept() throws InterruptedException {
                    new CountDownLatch(1).await();
                    throw new IllegalStateException();
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }
}
