package dev.millrace.worker.model.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.scripted.Failure;
import dev.millrace.scripted.Turn;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class StopSwitchTest extends GatewayFixture {
    @Test
    void nothingIsAskedWhileAllIsStopped() throws Exception {
        var server = model(Turn.say("hello"));
        var asking = asking(server);

        stop.stop("the bill");
        HttpResponse<String> refused = asking.chat("hi");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.headers().firstValue("x-should-retry")).hasValue("false");
        assertThat(json(refused).at("/error/message").asString()).isEqualTo("All models are stopped: the bill");
        assertThat(server.asked()).isEmpty();
        assertThat(asking.gateway.hindrance()).hasValue(new Hindrance.Stopped("the bill"));

        stop.resume();
        assertThat(asking.chat("hi").statusCode()).isEqualTo(200);
        assertThat(asking.gateway.hindrance()).isEmpty();
    }

    @Test
    void whatIsUnderWayEnds() throws Exception {
        assertEnded(Turn.fail(Failure.Midway.STALL));
    }

    @Test
    void whatWaitsForABusyEndpointEnds() throws Exception {
        assertEnded(Turn.fail(new Failure.Status(429, Map.of("Retry-After", "20"), "slow down")));
    }

    private void assertEnded(Turn turn) throws Exception {
        var server = model(turn);
        var asking = asking(server);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HttpResponse<String>> answer = threads.submit(() -> asking.chat("hi"));
            while (server.asked().isEmpty()) {
                Thread.onSpinWait();
            }

            stop.stop("the bill");

            assertThat(answer.get().statusCode()).isEqualTo(400);
        }
        assertThat(server.asked()).hasSize(1);
    }
}
