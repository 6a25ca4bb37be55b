package dev.millrace.standalone.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.standalone.connect.Arrivals.Arrival;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunningDoorTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final Map<String, Integer> answered = new ConcurrentHashMap<>();
    private final HttpServer actuator;

    RunningDoorTest() throws IOException {
        actuator = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        actuator.createContext("/", exchange -> {
            try (exchange) {
                String query = exchange.getRequestURI().getQuery();
                var count =
                        query == null ? Integer.valueOf(1) : answered.get(query.substring(query.lastIndexOf(':') + 1));
                byte[] body = "{\"measurements\":[{\"statistic\":\"COUNT\",\"value\":%s.0}]}"
                        .formatted(count)
                        .getBytes(UTF_8);
                exchange.sendResponseHeaders(count == null ? 404 : 200, count == null ? -1 : body.length);
                if (count != null) {
                    exchange.getResponseBody().write(body);
                }
            }
        });
        actuator.start();
    }

    @AfterEach
    void stop() {
        actuator.stop(0);
    }

    private URI management() {
        return URI.create("http://127.0.0.1:" + actuator.getAddress().getPort());
    }

    @Test
    void oneMoreThatWasTakenHasArrived() throws Exception {
        answered.put("204", 7);
        try (var door = RunningDoor.at(management())) {
            assertThat(door.await(Duration.ofMillis(50))).isEmpty();
            answered.put("204", 8);
            assertThat(door.await(LONG)).contains(Arrival.WELL_SIGNED);
            door.forget();
            assertThat(door.await(Duration.ofMillis(50))).isEmpty();
        }
    }

    @Test
    void oneMoreThatWasRefusedHasAnotherSecret() throws Exception {
        try (var door = RunningDoor.at(management())) {
            answered.put("401", 1);
            assertThat(door.await(LONG)).contains(Arrival.BADLY_SIGNED);
        }
    }

    @Test
    void whatDoesNotAnswerAsMillraceIsNone() {
        URI nobody = URI.create("http://127.0.0.1:1");

        assertThatIOException().isThrownBy(() -> RunningDoor.at(nobody));
    }
}
