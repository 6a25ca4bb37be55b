package dev.millrace.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.millrace.worker.model.ModelUnavailable;
import dev.millrace.worker.model.gateway.StopSwitch;
import dev.millrace.worker.model.upstream.Upstreams;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Faults of the machine, and interrupts, are no ends of the agent. */
class BuiltInAgentFaultsTest extends BuiltInAgentFixture {
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
                                spending,
                                steps::add))
                .isInstanceOfSatisfying(
                        AgentEnd.GaveUp.class,
                        gaveUp -> assertThat(gaveUp.reason()).contains("no such model"));
    }

    @Test
    void stoppedModelsPutItOff() throws Exception {
        var stop = new StopSwitch();
        stop.stop("the bill");
        try (var stopped = gateways(server.baseUrl(), InstantSource.system(), stop)) {
            assertThat(agent(stopped, InstantSource.system())
                            .work(task(LIMITS), new FakeSandbox(_ -> FakeSandbox.prints("")), spending, steps::add))
                    .isEqualTo(new AgentEnd.PutOff("All models are stopped: the bill", AgentEnd.WHILE_STOPPED));
        }
    }

    @Test
    void aBusyEndpointPutsItOffForAsLongAsItAsks() throws Exception {
        server.says(429, Map.of("Retry-After", "1200"), "{}");

        assertThat(work(new FakeSandbox(_ -> FakeSandbox.prints("")), LIMITS))
                .isInstanceOfSatisfying(
                        AgentEnd.PutOff.class,
                        putOff -> assertThat(putOff.tryAfter())
                                .isBetween(Duration.ofSeconds(1190), Duration.ofSeconds(1320)));
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
        try (var none = gateways(new Upstreams(List.of(), Map.of()), InstantSource.system())) {
            assertThatExceptionOfType(ModelUnavailable.class)
                    .isThrownBy(() -> agent(none, InstantSource.system())
                            .work(task(LIMITS), new FakeSandbox(_ -> FakeSandbox.prints("")), spending, steps::add))
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
