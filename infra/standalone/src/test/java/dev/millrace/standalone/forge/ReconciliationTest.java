package dev.millrace.standalone.forge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.millrace.gitea.ForgeUnavailable;
import dev.millrace.gitea.GiteaClient;
import dev.millrace.ingest.hearing.Answers;
import dev.millrace.ingest.hearing.Hearing;
import dev.millrace.ingest.reconcile.Reconciliation;
import dev.millrace.ingest.trigger.GiteaForge;
import dev.millrace.ingest.trigger.TriggerProperties;
import dev.millrace.ingest.trigger.Triggers;
import dev.millrace.ingest.trigger.WhoProperties;
import dev.millrace.schemas.avro.ControlRequest;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TriggerKind;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.topic.BrokerUnavailable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Things happen in a forge while no webhook tells of them; the history is read by the client as a stage reads it. */
class ReconciliationTest {
    private static final RepoId REPO = GiteaContract.REPO;
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<TaskRequest> tasks = new CopyOnWriteArrayList<>();
    private final List<ControlRequest> controls = new CopyOnWriteArrayList<>();
    private final Instant before = Instant.now();

    @TempDir
    private Path dir;

    @SuppressWarnings("NullAway.Init") // set before each test, as are the others
    private PracticeForge forge;

    @SuppressWarnings("NullAway.Init")
    private GiteaClient gitea;

    @SuppressWarnings("NullAway.Init")
    private Answers answers;

    /** The issue whose tasks the broker does not take. */
    private volatile long refused;

    @BeforeEach
    void start() throws IOException {
        forge = DemoForge.start(dir.resolve("forge"));
        gitea = GiteaClient.connect(forge.url(), DemoForge.token("agent-bot"), Duration.ofSeconds(30));
        answers = new Answers(gitea, () -> "agent-bot");
    }

    @AfterEach
    void stop() {
        answers.close();
        gitea.close();
        forge.close();
        http.shutdownNow();
    }

    @Test
    void whateverHappenedMeanwhileIsExactlyOneTaskEach() throws Exception {
        long opened = issue("alice", "Fix it, @agent-bot", "");
        long everything = issue("alice", "Fix it, @agent-bot", ", \"labels\": [1], \"assignees\": [\"agent-bot\"]");
        long commented = issue("bob", "plain", "");
        post("/issues/%d/comments".formatted(commented), "alice", "{\"body\": \"@agent-bot do it\"}");
        post("/issues/%d/comments".formatted(commented), "alice", "{\"body\": \"@agent-bot and that\"}");
        post("/issues/%d/comments".formatted(commented), "agent-bot", "{\"body\": \"@agent-bot I said\"}");
        long pull = pull();
        post("/issues/%d/comments".formatted(pull), "alice", "{\"body\": \"@agent-bot rebase\"}");
        post(
                "/pulls/%d/reviews".formatted(pull),
                "alice",
                "{\"event\": \"COMMENT\", \"body\": \"see below\", \"comments\": [{\"path\": \"new.txt\", \"new_position\": 1,"
                        + " \"body\": \"@agent-bot rename it\"}]}");
        post("/pulls/%d/requested_reviewers".formatted(pull), "alice", "{\"reviewers\": [\"agent-bot\"]}");
        post("/issues/%d/comments".formatted(pull), "alice", "{\"body\": \"@agent-bot cancel\"}");

        var look = look(hearing()).since(before);

        assertThat(look.failed()).isZero();
        assertThat(tasks)
                .extracting(TaskRequest::getNumber, TaskRequest::getTrigger)
                .containsExactlyInAnyOrder(
                        tuple(opened, TriggerKind.MENTION),
                        tuple(everything, TriggerKind.MENTION),
                        tuple(commented, TriggerKind.MENTION),
                        tuple(commented, TriggerKind.MENTION),
                        tuple(pull, TriggerKind.MENTION),
                        tuple(pull, TriggerKind.REVIEW),
                        tuple(pull, TriggerKind.REVIEW_REQUEST));
        assertThat(tasks).allSatisfy(task -> assertThat(task.getRequestedBy()).isEqualTo("alice"));
        assertThat(controls)
                .singleElement()
                .extracting(ControlRequest::getRequestedBy)
                .isEqualTo("alice");
        assertThat(tasks)
                .filteredOn(task -> task.getTrigger() == TriggerKind.REVIEW)
                .singleElement()
                .satisfies(task -> {
                    assertThat(task.getInstruction()).contains("In `new.txt`, line 1:", "rename it");
                    assertThat(task.getBaseBranch()).isEqualTo("topic");
                    assertThat(task.getTargetBranch()).isEmpty();
                });
    }

    @Test
    void aLaterLookFindsNothingNewAndOneAfterARestartTheSameTasks() throws Exception {
        issue("alice", "Fix it, @agent-bot", ", \"labels\": [1], \"assignees\": [\"agent-bot\"]");
        var hearing = hearing();

        var first = look(hearing).since(before);
        look(hearing).since(first.seen());
        assertThat(tasks).hasSize(1);

        look(hearing()).since(first.seen());
        assertThat(tasks)
                .extracting(TaskRequest::getTaskId)
                .hasSize(2)
                .containsOnly(tasks.getFirst().getTaskId());
    }

    @Test
    void whoMayNotIsToldSoAndNothingIsStarted() throws Exception {
        long number = issue("bob", "Fix it, @agent-bot", "");

        look(hearing()).since(before);

        await().until(() -> gitea.comments(REPO, number).size() == 1);
        assertThat(gitea.comments(REPO, number).getFirst().body()).startsWith("Sorry, `bob`");
        assertThat(tasks).isEmpty();
    }

    @Test
    void aLookIntoAForgeThatIsAwayFailsAndTheNextOneForgetsNobody() throws Exception {
        issue("alice", "Fix it, @agent-bot", "");
        forge.close();

        assertThatExceptionOfType(ForgeUnavailable.class)
                .isThrownBy(() -> look(hearing()).since(before));
        assertThat(tasks).isEmpty();

        gitea.close();
        start();
        look(hearing()).since(before);
        assertThat(tasks).hasSize(1);
    }

    @Test
    void anIssueThatCannotBeDealtWithHoldsUpNoOtherAndIsDealtWithLater() throws Exception {
        long first = issue("alice", "Fix it, @agent-bot", "");
        issue("alice", "Fix that, @agent-bot", "");
        refused = first;

        var look = look(hearing()).since(before);

        assertThat(look.failed()).isEqualTo(1);
        assertThat(look.seen()).isEqualTo(before);
        assertThat(tasks).hasSize(1);

        refused = 0;
        look(hearing()).since(look.seen());
        assertThat(tasks).extracting(TaskRequest::getNumber).contains(first);
    }

    @Test
    void repositoriesThatAreNotServedAreNotLookedInto() throws Exception {
        issue("alice", "Fix it, @agent-bot", "");

        look(hearing("bob/*")).since(before);

        assertThat(tasks).isEmpty();
    }

    private Reconciliation look(Hearing hearing) {
        return new Reconciliation(gitea.history(), hearing);
    }

    private Hearing hearing(String... repositories) {
        var trigger =
                new TriggerProperties("agent", List.of(repositories), DataSize.ofKilobytes(64), Duration.ofMinutes(1));
        var who = new WhoProperties(true, List.of(), List.of(), List.of(), 100, 100, Duration.ofHours(1));
        var asked = new GiteaForge(gitea, gitea.history(), Duration.ofMinutes(1), InstantSource.system());
        return new Hearing(
                new Triggers(trigger, who, asked, InstantSource.system()),
                (request, _, _) -> publish(request),
                (request, _, _) -> controls.add(request),
                answers);
    }

    private void publish(TaskRequest request) {
        if (request.getNumber() == refused) {
            throw new BrokerUnavailable("not this one", new IllegalStateException("refused"));
        }
        tasks.add(request);
    }

    private long issue(String login, String body, String more) {
        var answer = post("/issues", login, "{\"title\": \"It breaks\", \"body\": \"%s\"%s}".formatted(body, more));
        return answer.path("number").asLong();
    }

    private long pull() throws GitAPIException, IOException {
        try (var hands = GitHands.clone(
                URI.create(forge.url() + "/alice/demo2.git"), DemoForge.token("alice"), dir.resolve("work"))) {
            hands.commit("new.txt", "new\n");
            assertThat(hands.push("main", "refs/heads/topic").getStatus()).isEqualTo(RemoteRefUpdate.Status.OK);
        }
        return post("/pulls", "bob", "{\"title\": \"New\", \"head\": \"topic\", \"base\": \"main\"}")
                .path("number")
                .asLong();
    }

    private JsonNode post(String path, String login, String body) {
        var request = HttpRequest.newBuilder(URI.create(forge.url() + "/api/v1/repos/" + REPO + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "token " + DemoForge.token(login))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        try {
            var answer = http.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
            return JSON.readTree(answer.body());
        } catch (IOException failed) {
            throw new AssertionError(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
