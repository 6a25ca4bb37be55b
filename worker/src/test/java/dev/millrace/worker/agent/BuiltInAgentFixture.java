package dev.millrace.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.model.ModelClient;
import dev.millrace.worker.model.ModelProperties;
import dev.millrace.worker.model.ModelServer;
import dev.millrace.worker.model.gateway.Budget;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.sandbox.Sandbox;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;

/** A built-in agent, and a model for it that says what a test tells it to. */
abstract class BuiltInAgentFixture {
    static final AgentLimits LIMITS = new AgentLimits(20, Duration.ofMinutes(10), Duration.ofMinutes(1), 1000);

    final List<StepRecord> steps = new ArrayList<>();
    final Spending spending = new Spending(Budget.UNLIMITED);
    final Ticker clock = new Ticker();
    final ModelServer server;
    final ModelClient model;

    @TempDir
    Path directory;

    BuiltInAgentFixture() {
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

    AgentEnd work(Sandbox sandbox, AgentLimits limits) throws InterruptedException {
        return agent().work(task(limits), sandbox, spending, steps::add);
    }

    BuiltInAgent agent() {
        return new BuiltInAgent(model, InstantSource.system());
    }

    static Assignment task(AgentLimits limits) {
        return new Assignment("Greeting", "Correct the greeting.", "acme/shop", List.of(), "", limits);
    }

    static ModelClient client(String baseUrl, InstantSource clock) {
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
