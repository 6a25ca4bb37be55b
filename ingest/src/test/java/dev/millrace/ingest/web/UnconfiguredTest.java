package dev.millrace.ingest.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Nothing is configured: no secret, no token. */
@SpringBootTest(classes = IngestApp.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class UnconfiguredTest {
    @LocalServerPort
    private int port;

    @Test
    void webhooksAreRefusedWithWhatToSet() {
        byte[] body = "{}".getBytes(UTF_8);
        var answer = new Gateway(port).deliver(Gateway.headers("push", "push", body), body);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.isProblem()).isTrue();
        assertThat(answer.body()).contains("millrace.ingest.webhook.secret-file");
    }

    @Test
    void tasksAreRefusedWithWhatToSet() {
        var answer =
                new Gateway(port).ask(Map.of("Authorization", "Bearer ", "Content-Type", "application/json"), "{}");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.isProblem()).isTrue();
        assertThat(answer.body()).contains("millrace.ingest.api.token-file");
    }
}
