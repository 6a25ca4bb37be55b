package dev.millrace.ingest.web;

import static dev.millrace.ingest.web.TaskStates.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingest.view.TaskView;
import dev.millrace.schemas.avro.Phase;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where tasks are, over HTTP. */
@SpringBootTest(
        classes = IngestApp.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "with-forge=false",
            "millrace.ingest.webhook.secret-file=src/test/resources/webhook-secret",
            "millrace.ingest.api.token-file=src/test/resources/api-token",
            "millrace.ingest.api.answer-within=1s",
        })
class TaskReadApiTest {
    private static final Map<String, String> ENTRY = Map.of("Authorization", "Bearer let-me-in");

    @LocalServerPort
    private int port;

    @Autowired
    private TaskView view;

    @BeforeEach
    void fill() {
        view.heard(
                "task-number-1",
                state("task-number-1", "Alice/Demo", 1, Phase.DONE).build());
        view.heard(
                "task-number-2",
                state("task-number-2", "Alice/Demo", 2, Phase.RUNNING)
                        .setWorker("w1")
                        .build());
        view.heard(
                "task-number-3",
                state("task-number-3", "bob/other", 3, Phase.QUEUED).build());
        view.caughtUp();
    }

    private Gateway.Answer get(String path) {
        return new Gateway(port).call("GET", path, ENTRY, "");
    }

    private JsonNode read(String path) {
        var answer = get(path);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return new JsonMapper().readTree(answer.body());
    }

    private List<String> ids(JsonNode page) {
        return StreamSupport.stream(page.path("tasks").spliterator(), false)
                .map(task -> task.path("taskId").asString())
                .toList();
    }

    @Test
    void theNewestAreFirst() {
        assertThat(ids(read("/api/tasks"))).containsExactly("task-number-3", "task-number-2", "task-number-1");
    }

    @ParameterizedTest
    @CsvSource({
        "repo=alice/demo, task-number-2 task-number-1",
        "state=done, task-number-1",
        "state=done&state=QUEUED, task-number-3 task-number-1",
        "repo=ALICE/demo&state=running, task-number-2",
        "repo=nobody/nothing, ''",
    })
    void theyCanBeChosen(String query, String found) {
        assertThat(String.join(" ", ids(read("/api/tasks?" + query)))).isEqualTo(found);
    }

    @Test
    void aPageSaysWhereTheNextBegins() {
        var first = read("/api/tasks?limit=2");
        assertThat(ids(first)).containsExactly("task-number-3", "task-number-2");
        var second = read("/api/tasks?limit=2&after=" + first.path("next").asString());
        assertThat(ids(second)).containsExactly("task-number-1");
        assertThat(second.path("next").isMissingNode() || second.path("next").isNull())
                .isTrue();
    }

    @Test
    void oneTaskIsToldWithItsStory() {
        view.heard("task-number-4", TaskStates.broken("task-number-4", "Alice/Demo"));
        var task = read("/api/tasks/task-number-4");
        assertThat(task.path("state").asString()).isEqualTo("QUEUED");
        assertThat(task.path("waitingFor").asString()).startsWith("attempt 1: no Docker; backing off");
        assertThat(task.path("attempts").path(0).path("reason").asString()).isEqualTo("no Docker");
        assertThat(task.path("attempts").path(0).path("costMicros").asLong()).isEqualTo(20);
        assertThat(task.path("queuedAt").asString()).isEqualTo("2026-11-01T12:00:00Z");
        assertThat(task.path("requestedBy").asString()).isEqualTo("alice");
        assertThat(task.path("outcome").isMissingNode()).isTrue();
        view.heard("task-number-4", null);
        assertThat(get("/api/tasks/task-number-4").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/tasks/task-number-9 | 404 | task task-number-9 is not known",
                "/api/tasks/Nonsense | 400 | not a task id: 'Nonsense'",
                "/api/tasks?state=lost | 400 | state: must be one of queued, offered, running, delivering, done",
                "/api/tasks?limit=0 | 400 | limit: must be 1 to 500",
                "/api/tasks?limit=501 | 400 | limit: must be 1 to 500",
                "/api/tasks?limit=few | 400 | limit: must be 1 to 500",
                "/api/tasks?repo=alice | 400 | send owner/name",
                "/api/tasks?after=yesterday | 400 | send the 'next' of the page before",
                "/api/tasks?after=x~y | 400 | send the 'next' of the page before",
            })
    void whatIsNotThereOrNonsenseIsSaid(String path, int status, String word) {
        var answer = get(path);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.isProblem()).isTrue();
        assertThat(answer.body()).contains(word);
    }

    @ParameterizedTest
    @CsvSource({"/api/tasks", "/api/tasks/task-number-1"})
    void nobodyReadsWithoutTheToken(String path) {
        var answer = new Gateway(port).call("GET", path, Map.of(), "");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.isProblem()).isTrue();
    }
}
