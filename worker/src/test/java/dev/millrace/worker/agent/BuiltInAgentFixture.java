package dev.millrace.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.model.ModelServer;
import dev.millrace.worker.model.gateway.Budget;
import dev.millrace.worker.model.gateway.GatewayLimits;
import dev.millrace.worker.model.gateway.Gateways;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.model.gateway.StopSwitch;
import dev.millrace.worker.model.upstream.BackPressure;
import dev.millrace.worker.model.upstream.Backoff;
import dev.millrace.worker.model.upstream.ModelKey;
import dev.millrace.worker.model.upstream.Price;
import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.model.upstream.Upstream;
import dev.millrace.worker.model.upstream.Upstreams;
import dev.millrace.worker.sandbox.Sandbox;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A built-in agent, and a model for it that says what a test tells it to. */
abstract class BuiltInAgentFixture {
    static final AgentLimits LIMITS = new AgentLimits(20, Duration.ofMinutes(10), Duration.ofMinutes(1), 1000);

    static final long CONTEXT = 100_000;
    /** A dollar for each token, to make budgets plain. */
    private static final Price DOLLAR =
            new Price(BigDecimal.valueOf(1_000_000), BigDecimal.valueOf(1_000_000), BigDecimal.ZERO, BigDecimal.ZERO);

    final List<StepRecord> steps = new ArrayList<>();
    final Spending spending = new Spending(Budget.UNLIMITED);
    final Ticker clock = new Ticker();
    final ModelServer server;
    final Gateways gateways;
    /** Goes by {@link #clock}. */
    final Gateways ticking;

    @TempDir
    Path directory;

    BuiltInAgentFixture() {
        server = new ModelServer();
        gateways = gateways(server.baseUrl(), InstantSource.system());
        ticking = gateways(server.baseUrl(), clock);
    }

    @BeforeEach
    void nothingIsLeftOfAnInterrupt() {
        assertThat(Thread.interrupted()).isFalse();
    }

    @AfterEach
    void close() {
        gateways.close();
        ticking.close();
        server.close();
    }

    AgentEnd work(Sandbox sandbox, AgentLimits limits) throws InterruptedException {
        return agent().work(task(limits), sandbox, spending, steps::add);
    }

    BuiltInAgent agent() {
        return agent(gateways, InstantSource.system());
    }

    static BuiltInAgent agent(Gateways gateways, InstantSource clock) {
        return new BuiltInAgent(gateways, SystemPrompt.read(""), CONTEXT, clock);
    }

    static Assignment task(AgentLimits limits) {
        return new Assignment("Greeting", "Correct the greeting.", "acme/shop", List.of(), "", limits);
    }

    /** A way to one endpoint, without retries but for an endpoint that is busy. */
    static Gateways gateways(String baseUrl, InstantSource clock) {
        return gateways(baseUrl, clock, new StopSwitch());
    }

    static Gateways gateways(String baseUrl, InstantSource clock, StopSwitch stop) {
        var upstream = new Upstream(
                "house",
                baseUrl,
                Set.of(Protocol.CHAT),
                new ModelKey.Given(new ModelKey("k")),
                "",
                Map.of(Upstream.ANY, "model-of-the-house"),
                new BackPressure(
                        new Backoff(Duration.ofMillis(1), Duration.ofHours(1), clock, RandomGenerator.getDefault())));
        return gateways(new Upstreams(List.of(upstream), Map.of("model-of-the-house", DOLLAR)), clock, stop);
    }

    static Gateways gateways(Upstreams upstreams, InstantSource clock) {
        return gateways(upstreams, clock, new StopSwitch());
    }

    private static Gateways gateways(Upstreams upstreams, InstantSource clock, StopSwitch stop) {
        var minute = Duration.ofMinutes(1);
        return new Gateways(upstreams, new GatewayLimits(1 << 20, 1, minute, minute, minute, 2), stop, clock);
    }

    /** All tool messages in what was sent with the given request. */
    List<String> toolAnswers(int request) {
        var answers = new ArrayList<String>();
        for (JsonNode message : server.asked().get(request).messages()) {
            if (message.path("role").asString().equals("tool")) {
                answers.add(message.path("content").asString());
            }
        }
        return answers;
    }

    String last(int request) {
        var messages = server.asked().get(request).messages();
        return messages.get(messages.size() - 1).path("content").asString();
    }
}
