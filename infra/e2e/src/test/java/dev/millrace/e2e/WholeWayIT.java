package dev.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.TriggerKind;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.standalone.demo.DemoWorld;
import dev.millrace.standalone.demo.RecordedDelivery;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** From the door to the exit, on real parts. */
@ExtendWith(SharedWorld.class)
class WholeWayIT {
    private static final Duration SHORTLY = Duration.ofSeconds(20);

    private final World world;

    WholeWayIT(World world) {
        this.world = world;
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class ARecordedDelivery {
        private TaskState done = new TaskState();

        private TaskState done() throws IOException, InterruptedException {
            if (done.getTaskId() == null) {
                done = world.wire().awaitDone(deliver());
            }
            return done;
        }

        private TaskId task() throws IOException, InterruptedException {
            return new TaskId(done().getTaskId());
        }

        private TaskId deliver() throws IOException, InterruptedException {
            var delivery = RecordedDelivery.read();
            return new TaskId(world.door().deliver(delivery.headers(), delivery.body()));
        }

        @Test
        void becomesAPullRequestWithWhatTheScriptDid() throws Exception {
            var delivery = Objects.requireNonNull(done().getDelivery());
            assertThat(delivery.getOutcome()).isEqualTo(Outcome.SOLVED);
            assertThat(world.forge().pullsOf(task())).containsExactly(delivery.getPullRequest());
            assertThat(world.forge().diffOf(delivery.getPullRequest()))
                    .contains(
                            "--- a/README.md",
                            "+Run `./hello.sh` to be greeted.",
                            "new file mode 100755",
                            "+++ b/" + DemoWorld.EXPECTED_FILE,
                            "+echo \"Hello from Millrace\"");
        }

        @Test
        void becomesABranchThatPointsToTheBotsOneCommit() throws Exception {
            var delivery = Objects.requireNonNull(done().getDelivery());
            assertThat(delivery.getBranch()).startsWith("millrace/").contains(task().value());
            assertThat(world.forge().branches()).containsEntry(delivery.getBranch(), delivery.getCommit());
        }

        @Test
        void getsOneCommentWhoseLastWordIsThePullRequest() throws Exception {
            var delivery = Objects.requireNonNull(done().getDelivery());
            var task = task();
            await().atMost(SHORTLY)
                    .untilAsserted(() -> assertThat(world.forge().commentsOn(DemoWorld.ISSUE, task))
                            .singleElement()
                            .asString()
                            .startsWith("✅ **Done.** Please review #%d.".formatted(delivery.getPullRequest())));
        }

        @Test
        void getsAStatusAtItsCommit() throws Exception {
            var delivery = Objects.requireNonNull(done().getDelivery());
            assertThat(world.forge().statusesOf(delivery.getCommit())).containsExactly("millrace: success");
        }

        @Test
        void isToldOnTheTopicsPhaseByPhase() throws Exception {
            assertThat(world.wire().phases(task()))
                    .containsExactly(Phase.OFFERED, Phase.RUNNING, Phase.DELIVERING, Phase.DONE);
            assertThat(world.wire().values(world.topics().deliveries(), task())).hasSize(1);
            assertThat(world.wire().values(world.topics().transcript(), task()))
                    .extracting(step -> step.getAction())
                    .containsAll(DemoWorld.SCRIPT);
        }

        @Test
        void staysOneTaskHoweverOftenItComes() throws Exception {
            var task = task();
            for (int again = 0; again < 3; again++) {
                assertThat(deliver()).isEqualTo(task);
            }
            // asked for later in the same repository, so done later than the deliveries were seen
            world.wire().awaitDone(world.ask(world.newIssue("Behind the duplicates"), "true"));
            assertThat(world.wire().on(world.topics().requests(), task)).hasSizeGreaterThanOrEqualTo(4);
            assertThat(world.wire().on(world.topics().work(), task)).hasSize(1);
            assertThat(world.wire().on(world.topics().outcomes(), task)).hasSize(1);
            assertThat(world.forge().pullsOf(task)).hasSize(1);
            assertThat(world.forge().commentsOn(DemoWorld.ISSUE, task)).hasSize(1);
        }

        @Test
        void carriesCloudEventsAttributesOnEveryTopic() throws Exception {
            var task = task();
            for (var topic : List.of(
                    world.topics().requests(),
                    world.topics().work(),
                    world.topics().attempts(),
                    world.topics().transcript(),
                    world.topics().changesets(),
                    world.topics().outcomes(),
                    world.topics().deliveries(),
                    world.topics().tasks())) {
                assertThat(world.wire().on(topic, task))
                        .as(topic.name())
                        .isNotEmpty()
                        .allSatisfy(record -> {
                            assertThat(record.header("ce_specversion")).isEqualTo("1.0");
                            assertThat(record.header("ce_id")).isNotEmpty();
                            assertThat(record.header("ce_type"))
                                    .isEqualTo("dev.millrace." + topic.type().getSimpleName());
                            assertThat(record.header("ce_source")).startsWith("/millrace/");
                            assertThat(record.header("ce_subject")).isEqualTo(task.value());
                            assertThat(record.header("ce_time")).isNotEmpty();
                            assertThat(record.header("content-type")).isEqualTo("application/avro");
                        });
            }
        }

        @Test
        void isOneTraceThroughAllTopics() throws Exception {
            var task = world.ask(world.newIssue("Traced"), "echo traced > traced.txt");
            world.wire().awaitDone(task);
            var traces = world.topics().all().stream()
                    .flatMap(topic -> world.wire().on(topic, task).stream())
                    .toList();
            assertThat(traces.stream().map(record -> record.record().topic()).distinct())
                    .hasSize(8);
            assertThat(traces)
                    .extracting(record -> record.header("traceparent").substring(3, 35))
                    .containsOnly(traces.getFirst().header("traceparent").substring(3, 35));
        }
    }

    @Nested
    class AMention {
        @Test
        void inACommentBecomesATask() throws Exception {
            long issue = world.newIssue("Greet people");
            world.comment(issue, "@agent-bot please greet people");
            TaskRequest request = await().atMost(SHORTLY)
                    .until(
                            () -> world.wire().on(world.topics().requests()).stream()
                                    .map(it -> (TaskRequest) it.value())
                                    .filter(it -> it != null && it.getNumber() == issue)
                                    .findFirst(),
                            Optional::isPresent)
                    .orElseThrow();
            assertThat(request.getTrigger()).isEqualTo(TriggerKind.MENTION);
            assertThat(request.getRequestedBy()).isEqualTo("alice");
            assertThat(request.getInstruction()).startsWith("please greet people");
            var done = world.wire().awaitDone(new TaskId(request.getTaskId()));
            assertThat(done.getOutcome()).isEqualTo(Outcome.SOLVED);
        }
    }

    @Nested
    class TwoTasks {
        @Test
        void onOneIssueRunOneAfterTheOther() throws Exception {
            long issue = world.newIssue("A lane");
            var first = world.ask(issue, Gate.WAIT, "echo first > first.txt");
            world.wire().awaitState(first, state -> state.getPhase() == Phase.RUNNING);
            var second = world.ask(issue, "echo second > second.txt");
            var waiting = world.wire().awaitState(second, state -> state.getPhase() == Phase.QUEUED);
            assertThat(waiting.getWaitingFor()).contains(first.value());
            assertThat(world.wire().on(world.topics().work(), second)).isEmpty();

            Gate.open(first);

            assertThat(world.wire().awaitDone(second).getOutcome()).isEqualTo(Outcome.SOLVED);
            var firstDone = world.wire().awaitDone(first);
            var secondOffered = world.wire().awaitState(second, state -> state.getPhase() == Phase.OFFERED);
            assertThat(secondOffered.getSince()).isAfterOrEqualTo(firstDone.getSince());
        }

        @Test
        void onTwoIssuesRunSideBySide() throws Exception {
            var held = world.ask(world.newIssue("One lane"), Gate.WAIT);
            world.wire().awaitState(held, state -> state.getPhase() == Phase.RUNNING);
            var other = world.ask(world.newIssue("Another lane"), "echo other > other.txt");

            world.wire().awaitDone(other);

            assertThat(world.wire().phases(held)).doesNotContain(Phase.DELIVERING, Phase.DONE);
            Gate.open(held);
            world.wire().awaitDone(held);
        }
    }

    @Nested
    class AResultThatIsNone {
        @Test
        void ofAScriptThatFailsIsUnsolvedAndSaysWhere() throws Exception {
            long issue = world.newIssue("Fails");
            var task = world.ask(issue, "echo half > half.txt", "echo out of paper >&2; exit 3");
            assertThat(world.wire().awaitDone(task).getOutcome()).isEqualTo(Outcome.UNSOLVED);
            nothingWasDelivered(task);
            saysFinally(issue, task, "❔ **Not solved.**", "exit code 3", "out of paper");
        }

        @Test
        void ofAScriptThatChangesNothingIsNoChange() throws Exception {
            long issue = world.newIssue("Changes nothing");
            var task = world.ask(issue, "cat README.md");
            assertThat(world.wire().awaitDone(task).getOutcome()).isEqualTo(Outcome.NO_CHANGE);
            nothingWasDelivered(task);
            saysFinally(issue, task, "🟰 **Nothing to change.**");
        }
    }

    @Nested
    class AChangesetAgainstTheRules {
        @Test
        void thatTouchesTheForgesWorkflowsIsRefused() throws Exception {
            long issue = world.newIssue("Writes a workflow");
            var task = world.ask(issue, "mkdir -p .gitea/workflows && echo 'on: push' > .gitea/workflows/x.yml");
            refused(issue, task, ".gitea/workflows/x.yml", "is protected");
        }

        @Test
        void thatHoldsASymbolicLinkIsRefused() throws Exception {
            long issue = world.newIssue("Links out");
            var task = world.ask(issue, "ln -s /etc/passwd users.txt");
            refused(issue, task, "users.txt", "is a symbolic link");
        }

        private void refused(long issue, TaskId task, String... reason) throws Exception {
            var delivery = Objects.requireNonNull(world.wire().awaitDone(task).getDelivery());
            assertThat(delivery.getOutcome()).isEqualTo(Outcome.REFUSED);
            assertThat(delivery.getReason()).contains(reason);
            nothingWasDelivered(task);
            saysFinally(issue, task, "⛔ **Refused.**", reason[0], reason[1]);
        }
    }

    @Nested
    class TheApi {
        @Test
        void takesNoTaskWithoutItsToken() throws Exception {
            assertThat(post("Bearer wrong")).isEqualTo(401);
            assertThat(post("")).isEqualTo(401);
        }

        private int post(String authorization) throws IOException, InterruptedException {
            var request = HttpRequest.newBuilder(world.at("/api/tasks"))
                    .timeout(SHORTLY)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"repo\":\"alice/demo2\",\"instruction\":\"x\"}"));
            if (!authorization.isEmpty()) {
                request.header("Authorization", authorization);
            }
            try (var http = HttpClient.newHttpClient()) {
                return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode();
            }
        }

        @Test
        void takesATaskOfNoIssueWithIt() throws Exception {
            var task = world.ask(0, "echo api > api.txt");
            var delivery = Objects.requireNonNull(world.wire().awaitDone(task).getDelivery());
            assertThat(delivery.getPullRequest()).isPositive();
        }
    }

    private void nothingWasDelivered(TaskId task) throws Exception {
        assertThat(world.forge().pullsOf(task)).isEmpty();
        assertThat(world.forge().branches().keySet()).noneMatch(branch -> branch.contains(task.value()));
    }

    private void saysFinally(long issue, TaskId task, String headline, String... more) {
        await().atMost(SHORTLY)
                .untilAsserted(() -> assertThat(world.forge().commentsOn(issue, task))
                        .singleElement()
                        .asString()
                        .startsWith(headline)
                        .satisfies(comment -> assertThat(List.of(more)).allSatisfy(assertThat(comment)::contains)));
    }
}
