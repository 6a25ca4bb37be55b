package dev.millrace.worker.agent.described;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.scripted.Failure;
import dev.millrace.scripted.Scenario;
import dev.millrace.scripted.ScriptedModel;
import dev.millrace.scripted.Turn;
import dev.millrace.worker.agent.AgentEnd;
import dev.millrace.worker.agent.AgentLimits;
import dev.millrace.worker.agent.Assignment;
import dev.millrace.worker.agent.StepRecord;
import dev.millrace.worker.model.gateway.Budget;
import dev.millrace.worker.model.gateway.GatewayLimits;
import dev.millrace.worker.model.gateway.Gateways;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.model.gateway.StopSwitch;
import dev.millrace.worker.model.upstream.BackPressure;
import dev.millrace.worker.model.upstream.Backoff;
import dev.millrace.worker.model.upstream.ModelKey;
import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.model.upstream.Upstream;
import dev.millrace.worker.model.upstream.Upstreams;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.docker.AgentImages;
import dev.millrace.worker.sandbox.docker.DockerSandboxes;
import dev.millrace.worker.sandbox.docker.RealDocker;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agents themselves, in the images that are built for them, with a model that follows a script. */
@Tag("agents")
class DescribedAgentsIT {
    private static final String LAST_WORD = "the very last word";

    private final List<StepRecord> steps = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openhands",
                "openhands-sdk",
                "mini-swe-agent",
                "codex",
                "claude-code",
                "opencode",
                "qwen-code",
                "aider"
            })
    void doesATask(String name) throws Exception {
        var run = new Run(name, work(name), Duration.ofMinutes(5), 30);

        AgentEnd end = run.agent.work(run.assignment(), run.sandbox, run.spending, steps::add);

        assertThat(end).as("%s", steps).isInstanceOf(AgentEnd.Done.class);
        assertThat(run.spending.spent().requests()).isPositive();
        assertThat(run.content("hello.txt")).isEqualTo("hello\n");
        assertThat(run.content("calc.py")).contains("return a + b");
        assertThat(run.model.asked()).anySatisfy(ask -> {
            assertThat(ask.raw()).contains(LAST_WORD).contains("it's \\\"quoted\\\" and $HOME `here`\\nnext");
        });
        if (!name.equals("aider")) {
            assertThat(((AgentEnd.Done) end).summary()).contains("Added both.");
            assertThat(steps).anySatisfy(step -> {
                assertThat(step.kind()).isEqualTo(StepRecord.Kind.COMMAND);
                assertThat(step.action()).contains("make test");
                assertThat(step.observation()).contains("all is well");
            });
        }
        assertThat(run.shell("git status --porcelain --untracked-files=all | cut -c 4-")
                        .lines())
                .as("nothing but the work is left behind")
                .containsExactlyInAnyOrder("calc.py", "hello.txt");
        assertThat(run.triesOfTheNetwork()).as("tries to reach a network").isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openhands",
                "openhands-sdk",
                "mini-swe-agent",
                "codex",
                "claude-code",
                "opencode",
                "qwen-code",
                "aider"
            })
    void doesNotClaimToBeDoneIfItsModelFails(String name) throws Exception {
        var failing = new Scenario(List.of(), Turn.fail(400, "the script says no"), null);
        var run = new Run(name, failing, Duration.ofMinutes(4), 30);

        AgentEnd end = run.agent.work(run.assignment(), run.sandbox, run.spending, steps::add);

        assertThat(end).as("%s", steps).isInstanceOf(AgentEnd.GaveUp.class);
        assertThat(((AgentEnd.GaveUp) end).reason()).contains("the script says no");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"openhands", "openhands-sdk", "mini-swe-agent", "codex", "claude-code", "opencode", "qwen-code"})
    void isStoppedWhenItsModelNeverStops(String name) throws Exception {
        var endless = new Scenario(List.of(), Turn.shell("date +%N >>log; tail -n 1 log"), null);
        var run = new Run(name, endless, Duration.ofMinutes(4), 6);

        AgentEnd end = run.agent.work(run.assignment(), run.sandbox, run.spending, steps::add);

        assertThat(end).as("%s", steps).isInstanceOfAny(AgentEnd.OutOfBudget.class, AgentEnd.GaveUp.class);
        assertThat(steps).hasSizeBetween(1, 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openhands", "openhands-sdk"})
    void noticesThatItGoesInCircles(String name) throws Exception {
        var circle = new Scenario(List.of(), Turn.shell("echo again"), null);
        var run = new Run(name, circle, Duration.ofMinutes(4), 30);

        AgentEnd end = run.agent.work(run.assignment(), run.sandbox, run.spending, steps::add);

        assertThat(end).as("%s", steps).isInstanceOfAny(AgentEnd.OutOfBudget.class, AgentEnd.GaveUp.class);
        assertThat(steps).hasSizeBetween(1, 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"codex", "claude-code", "opencode"})
    void endsInTimeThoughTheAnswerOfItsModelNeverEnds(String name) throws Exception {
        var endless = new Scenario(List.of(), Turn.fail(Failure.Midway.ENDLESS), null);
        var run = new Run(name, endless, Duration.ofSeconds(25), 30);

        AgentEnd end = run.agent.work(run.assignment(), run.sandbox, run.spending, steps::add);

        assertThat(end).as("%s", steps).isInstanceOf(AgentEnd.OutOfTime.class);
        assertThat(run.left()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openhands",
                "openhands-sdk",
                "mini-swe-agent",
                "codex",
                "claude-code",
                "opencode",
                "qwen-code",
                "aider"
            })
    void endsWhenItIsCalledOff(String name) throws Exception {
        var stalling = new Scenario(List.of(), Turn.fail(Failure.Midway.STALL), null);
        var run = new Run(name, stalling, Duration.ofMinutes(5), 30);
        var thread = new CompletableFuture<Thread>();

        var working = CompletableFuture.supplyAsync(() -> {
            thread.complete(Thread.currentThread());
            try {
                return run.agent.work(run.assignment(), run.sandbox, run.spending, steps::add);
            } catch (InterruptedException called) {
                throw new IllegalStateException("called off", called);
            }
        });
        await().atMost(Duration.ofMinutes(3))
                .until(() -> working.isDone() || !run.model.asked().isEmpty());
        thread.get().interrupt();

        assertThatThrownBy(() -> working.get(1, TimeUnit.MINUTES))
                .isInstanceOf(ExecutionException.class)
                .rootCause()
                .isInstanceOf(InterruptedException.class);
        assertThat(run.left()).isEmpty();
    }

    private static Scenario work(String name) {
        String create = "echo hello >hello.txt";
        String edit = "python3 -c \"p='calc.py'; s=open(p).read(); open(p,'w').write(s.replace('a - b', 'a + b'))\"";
        if (name.equals("aider")) {
            // It has no tools: files that the model names are shown to it, and then it edits.
            return Scenario.of(Turn.say("I want to see `calc.py`."), Turn.say("""
                            Here it is.

                            hello.txt
                            ```
                            <<<<<<< SEARCH
                            =======
                            hello
                            >>>>>>> REPLACE
                            ```

                            calc.py
                            ```python
                            <<<<<<< SEARCH
                                return a - b
                            =======
                                return a + b
                            >>>>>>> REPLACE
                            ```
                            """));
        }
        return new Scenario(
                List.of(Turn.shell(create), Turn.shell(edit), Turn.shell("make test"), Turn.finish("Added both.")),
                Turn.fail(400, "The script is over."),
                Turn.say("A title"));
    }

    /** One agent at work. */
    private final class Run {
        final Spending spending = new Spending(Budget.UNLIMITED);
        final ScriptedModel model;
        final Sandbox sandbox;
        final DescribedAgent agent;
        private final AgentLimits limits;

        Run(String name, Scenario scenario, Duration time, int steps) throws Exception {
            String image = AgentImages.of(name);
            limits = new AgentLimits(steps, time, time, 16 * 1024);
            model = kept(new ScriptedModel(scenario));
            DockerSandboxes sandboxes =
                    kept(RealDocker.sandboxes("agents-it", Map.of("allowed-images", "millrace/agent-*")));
            sandbox = kept(sandboxes.open(image, Map.of("task", "agents-it")));
            agent = new DescribedAgent(Descriptions.shipped(name), image, gateways(), InstantSource.system());
            shell("""
                    git init --quiet; git config user.email a@example.org; git config user.name a
                    printf 'def add(a, b):\\n    return a - b\\n' >calc.py
                    printf 'from calc import add\\nassert add(2, 2) == 4\\nprint("all is well")\\n' >check.py
                    printf 'test:\\n\\tpython3 -B check.py\\n' >Makefile
                    git add . && git commit --quiet --message base""");
        }

        private <T extends AutoCloseable> T kept(T one) {
            open.add(one);
            return one;
        }

        private Gateways gateways() {
            var clock = InstantSource.system();
            var backoff =
                    new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1), clock, RandomGenerator.getDefault());
            var upstream = new Upstream(
                    "scripted",
                    model.baseUrl(),
                    EnumSet.allOf(Protocol.class),
                    new ModelKey.Given(new ModelKey("secret")),
                    "",
                    Map.of("*", "scripted"),
                    new BackPressure(backoff));
            var minute = Duration.ofMinutes(10);
            return kept(new Gateways(
                    new Upstreams(List.of(upstream), Map.of()),
                    new GatewayLimits(8 << 20, 16, minute, minute, minute, 2),
                    new StopSwitch(),
                    clock));
        }

        Assignment assignment() {
            String instruction = "Say hello, and fix add: it's \"quoted\" and $HOME `here`\nnext line.\n"
                    + "A line of many, which only takes room.\n".repeat(100 * 1024 / 39)
                    + LAST_WORD;
            return new Assignment("Fix add", instruction, "alice/demo", List.of(), "", limits);
        }

        String shell(String script) {
            Ended ended = sandbox.run(Command.shell(script, Duration.ofMinutes(1)));
            assertThat(ended.exitCode()).as(ended.output()).isZero();
            return ended.stdout();
        }

        String content(String file) throws Exception {
            try (InputStream content = sandbox.read(("/workspace/" + file).getBytes(UTF_8))) {
                return new String(content.readAllBytes(), UTF_8);
            }
        }

        /** What the kernel counted that had nowhere to go, and questions for names that nobody heard. */
        long triesOfTheNetwork() {
            return count("Ip:", "OutNoRoutes") + count("Udp:", "NoPorts");
        }

        private long count(String group, String what) {
            List<List<String>> lines = shell("cat /proc/net/snmp")
                    .lines()
                    .filter(line -> line.startsWith(group))
                    .map(line -> List.of(line.split(" ")))
                    .toList();
            return Long.parseLong(lines.get(1).get(lines.get(0).indexOf(what)));
        }

        /** Programs of the agent that still run. */
        String left() {
            return shell("ps -eo args= | grep -F /opt/agent/ | grep -v grep || true");
        }
    }
}
