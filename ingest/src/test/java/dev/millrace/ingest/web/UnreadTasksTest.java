package dev.millrace.ingest.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The states of tasks have not all been read: what is not there may still come. */
@SpringBootTest(
        classes = IngestApp.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "with-forge=false",
            "millrace.ingest.webhook.secret-file=src/test/resources/webhook-secret",
            "millrace.ingest.api.token-file=src/test/resources/api-token",
            "millrace.ingest.api.answer-within=1s",
            "unread=true",
        })
class UnreadTasksTest {
    @LocalServerPort
    private int port;

    @ParameterizedTest
    @CsvSource({"GET, /api/tasks", "GET, /api/tasks/task-number-1", "POST, /api/tasks/task-number-1/cancel"})
    void nothingIsSaidOfThem(String method, String path) {
        var answer = new Gateway(port).call(method, path, Map.of("Authorization", "Bearer let-me-in"), "");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.isProblem()).isTrue();
        assertThat(answer.headers()).containsKey("retry-after");
    }
}
