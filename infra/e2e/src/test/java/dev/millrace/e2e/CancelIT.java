package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.id.TaskId;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A task that runs is cancelled and tried again over HTTP. */
@ExtendWith(SharedWorld.class)
class CancelIT {
    /** The script would hold the sandbox for a minute. */
    private static final Duration SOON = Duration.ofSeconds(15);

    private final World world;

    CancelIT(World world) {
        this.world = world;
    }

    @Test
    void itsSandboxIsGoneAndEverybodyIsTold() throws Exception {
        var task = world.ask(world.newIssue("To be cancelled"), Gate.WAIT, "echo late > late.txt");
        world.wire().awaitState(task, state -> state.getPhase() == Phase.RUNNING);
        try (var engine = new Engine()) {
            await().atMost(SOON).until(() -> engine.sandboxes(task).size() == 1);

            call("POST", "/api/tasks/%s/cancel".formatted(task), 202);

            await().atMost(SOON).until(() -> engine.sandboxes(task).isEmpty());
        }
        var done = world.wire().awaitDone(task);
        assertThat(done.getOutcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(done.getReason()).isEqualTo("cancelled by api");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(call("GET", "/api/tasks/%s".formatted(task), 200)
                                .path("state")
                                .asString())
                        .isEqualTo("DONE"));
        assertThat(call("POST", "/api/tasks/%s/cancel".formatted(task), 409)
                        .path("detail")
                        .asString())
                .contains("has ended already: CANCELLED");

        String again = call("POST", "/api/tasks/%s/retry".formatted(task), 202)
                .path("taskId")
                .asString();
        var retried = new TaskId(again);
        world.wire().awaitState(retried, state -> state.getPhase() == Phase.RUNNING);
        Gate.open(retried);
        var solved = world.wire().awaitDone(retried);
        assertThat(solved.getOutcome()).isEqualTo(Outcome.SOLVED);
        assertThat(solved.getTask().getPredecessor()).isEqualTo(task.value());
        assertThat(solved.getLane()).isEqualTo(done.getLane());
    }

    private JsonNode call(String method, String path, int status) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    HttpRequest.newBuilder(world.at(path))
                            .timeout(Duration.ofSeconds(30))
                            .header("Authorization", "Bearer " + World.API_TOKEN)
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            return new JsonMapper().readTree(answer.body());
        }
    }
}
