package dev.millrace.ingest.web;

import static dev.millrace.ingest.web.TaskStates.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingest.control.Controls;
import dev.millrace.ingest.view.TaskView;
import dev.millrace.schemas.avro.Cancel;
import dev.millrace.schemas.avro.ControlRequest;
import dev.millrace.schemas.avro.Pause;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.Resume;
import dev.millrace.schemas.avro.Retry;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.json.JsonMapper;

/** Cancel, retry, pause and resume over HTTP. */
@SpringBootTest(
        classes = IngestApp.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "with-forge=false",
            "millrace.ingest.webhook.secret-file=src/test/resources/webhook-secret",
            "millrace.ingest.api.token-file=src/test/resources/api-token",
            "millrace.ingest.api.answer-within=1s",
        })
class ControlApiTest {
    private static final Map<String, String> ENTRY = Map.of("Authorization", "Bearer let-me-in");

    @LocalServerPort
    private int port;

    @Autowired
    private FakeBroker broker;

    @Autowired
    private TaskView view;

    @BeforeEach
    void calm() {
        broker.calm();
        view.heard(
                "task-number-1",
                state("task-number-1", "Alice/Demo", 1, Phase.DONE).build());
        view.heard(
                "task-number-2",
                state("task-number-2", "Alice/Demo", 2, Phase.RUNNING).build());
        view.caughtUp();
    }

    private Gateway.Answer call(String method, String path, String body) {
        return new Gateway(port).call(method, path, ENTRY, body);
    }

    private Gateway.Answer post(String path) {
        return call("POST", path, "");
    }

    private ControlRequest only() {
        assertThat(broker.sent()).hasSize(1);
        return (ControlRequest) broker.sent().getFirst().value();
    }

    private static String field(Gateway.Answer answer, String name) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        return new JsonMapper().readTree(answer.body()).path(name).asString();
    }

    @Test
    void cancelIsPublishedUnderItsRepositorysKey() {
        String id = field(post("/api/tasks/task-number-2/cancel"), "controlId");
        assertThat(only().getControl()).isEqualTo(new Cancel("task-number-2", 0L));
        assertThat(only().getControlId()).isEqualTo(id);
        assertThat(only().getRepo()).isEqualTo("Alice/Demo");
        assertThat(only().getRequestedBy()).isEqualTo("api");
        assertThat(broker.sent().getFirst().key()).isEqualTo("alice/demo");
        assertThat(broker.sent().getFirst().topic()).isEqualTo("millrace.controls");
    }

    @Test
    void retryAnswersWithTheTaskThatItBecomes() {
        var answer = post("/api/tasks/task-number-1/retry");
        assertThat(only().getControl()).isEqualTo(new Retry("task-number-1", 0L));
        assertThat(field(answer, "taskId"))
                .isEqualTo(Controls.retriedAs(only().getControlId()).value());
    }

    @Test
    void theSameKeyIsTheSameWishForOneTaskAlone() {
        view.heard(
                "task-number-3",
                state("task-number-3", "Alice/Demo", 3, Phase.DONE).build());
        String body = "{\"idempotencyKey\": \"once\"}";
        String first = field(call("POST", "/api/tasks/task-number-1/retry", body), "controlId");
        assertThat(field(call("POST", "/api/tasks/task-number-1/retry", body), "controlId"))
                .isEqualTo(first);
        assertThat(field(call("POST", "/api/tasks/task-number-3/retry", body), "controlId"))
                .isNotEqualTo(first);
        assertThat(field(post("/api/tasks/task-number-1/retry"), "controlId")).isNotEqualTo(first);
    }

    @Nested
    class Pauses {
        @Test
        void areOfARepositoryWithAReason() {
            field(call("POST", "/api/pauses/Alice/Demo", "{\"reason\": \"cleaning\"}"), "controlId");
            assertThat(only().getControl()).isEqualTo(new Pause("cleaning", false));
            assertThat(only().getRepo()).isEqualTo("Alice/Demo");
        }

        @Test
        void areTakenBack() {
            field(call("DELETE", "/api/pauses/Alice/Demo", ""), "controlId");
            assertThat(only().getControl()).isEqualTo(new Resume(""));
        }

        @Test
        void areOfEverything() {
            field(post("/api/pauses/everything"), "controlId");
            assertThat(only().getControl()).isEqualTo(new Pause("", false));
            assertThat(only().getRepo()).isEmpty();
            broker.calm();
            field(call("DELETE", "/api/pauses/everything", ""), "controlId");
            assertThat(only().getControl()).isEqualTo(new Resume(""));
            assertThat(only().getRepo()).isEmpty();
        }
    }

    @Test
    void thePauseOfEverythingCanStopAllModels() {
        field(call("POST", "/api/pauses/everything", "{\"models\": true}"), "controlId");
        assertThat(only().getControl()).isEqualTo(new Pause("", true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /api/tasks/task-number-9/cancel | '' | 404 | task task-number-9 is not known",
                "POST | /api/tasks/task-number-9/retry | '' | 404 | task task-number-9 is not known",
                "POST | /api/tasks/task-number-1/cancel | '' | 409 | task task-number-1 has ended already: SOLVED",
                "POST | /api/tasks/task-number-2/retry | '' | 409 | has not ended, it is RUNNING; cancel it first",
                "POST | /api/pauses/alice/.git | '' | 400 | not a repository's name",
                "POST | /api/pauses/everything | '{\"why\": 1}' | 400 | why: is not a field of this",
                "POST | /api/pauses/alice/demo | '{\"models\": true}' | 400 | models: can be stopped for everything alone",
                "POST | /api/pauses/everything | 'stop' | 400 | not well-formed JSON",
                "POST | /api/pauses/everything | '{\"idempotencyKey\": \"a b\"}' | 400 | idempotencyKey: must be 1 to 200",
            })
    void whatCannotBeIsRefusedAndNothingPublished(String method, String path, String body, int status, String word) {
        var answer = call(method, path, body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.isProblem()).isTrue();
        assertThat(answer.body()).contains(word);
        assertThat(broker.sent()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/tasks/task-number-2/cancel",
        "POST, /api/tasks/task-number-1/retry",
        "POST, /api/pauses/everything",
        "DELETE, /api/pauses/everything",
        "POST, /api/pauses/alice/demo",
        "DELETE, /api/pauses/alice/demo",
    })
    void nothingIsDoneWithoutTheToken(String method, String path) {
        assertThat(new Gateway(port).call(method, path, Map.of(), "").status()).isEqualTo(401);
        assertThat(broker.sent()).isEmpty();
    }

    @Test
    void aSilentBrokerIsNoYes() {
        broker.is(FakeBroker.Mood.IS_SILENT);
        var answer = post("/api/tasks/task-number-2/cancel");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.isProblem()).isTrue();
    }
}
