package dev.millrace.ingest.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.ingest.web.Recordings.Recording;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TriggerKind;
import dev.millrace.schemas.id.TaskId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What every recorded delivery comes to. Reads the collection beside the checkout; skipped where it is absent. */
@SpringBootTest(
        classes = IngestApp.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.threads.virtual.enabled=true",
            "millrace.ingest.who.per-user=10000",
            "millrace.ingest.who.per-issue=10000",
            "millrace.ingest.webhook.secret-file=src/test/resources/webhook-secret"
        })
class RecordedDeliveriesTest {
    private static final TaskId OPENED = TaskId.derivedFrom("alice/demo2", "1", "opened", "");
    private static final TaskId LABEL = TaskId.derivedFrom("alice/demo2", "2", "label", "41");

    /** All that become tasks; every other delivery of the collection is answered with 204. */
    private static final List<Expected> TASKS = List.of(
            // Opened with label, assignee and mention: three deliveries, one task.
            new Expected("issues-opened-labelled-assigned-own1.15.11.json", TriggerKind.MENTION, 1, "alice", OPENED),
            new Expected("issue_label-label_updated-atcreate-own1.15.11.json", TriggerKind.LABEL, 1, "alice", OPENED),
            new Expected("issue_assign-assigned-atcreate-own1.15.11.json", TriggerKind.ASSIGNMENT, 1, "alice", OPENED),
            // The label came; another label went while it stood. The timeline tells that it is the same wish.
            new Expected("issue_label-label_updated-add-own1.15.11.json", TriggerKind.LABEL, 2, "alice", LABEL),
            new Expected("issue_label-label_updated-remove-own1.15.11.json", TriggerKind.LABEL, 2, "alice", LABEL),
            new Expected(
                    "pull_request_label-label_updated-own1.15.11.json",
                    TriggerKind.LABEL,
                    3,
                    "alice",
                    TaskId.derivedFrom("alice/demo2", "3", "label", "52")),
            new Expected(
                    "issue_comment-created-mention-own1.15.11.json", TriggerKind.MENTION, 2, "bob", comment(2, 14)),
            new Expected(
                    "pull_request_comment-created-mention-own1.15.11.json",
                    TriggerKind.MENTION,
                    3,
                    "bob",
                    comment(3, 20)));

    private static final JsonMapper JSON = new JsonMapper();

    @LocalServerPort
    private int port;

    @Autowired
    private FakeBroker broker;

    @Autowired
    private FakeGitea forge;

    /** A row of the table. */
    private record Expected(String file, TriggerKind trigger, long number, String requestedBy, TaskId id) {}

    private static TaskId comment(long number, long id) {
        return TaskId.derivedFrom("alice/demo2", Long.toString(number), "comment", Long.toString(id));
    }

    @BeforeEach
    void calm() {
        broker.calm();
        forge.reset();
    }

    @Test
    void theCollectionIsWhole() {
        var names = recordings().all().stream().map(Recording::name).toList();

        assertThat(names)
                .hasSizeGreaterThanOrEqualTo(70)
                .containsAll(TASKS.stream().map(Expected::file).toList());
    }

    @TestFactory
    Stream<DynamicTest> everyDeliveryIsAnsweredAsTheTableSays() {
        Map<String, Expected> table = new HashMap<>();
        TASKS.forEach(row -> table.put(row.file(), row));
        return recordings().all().stream()
                .map(recording -> DynamicTest.dynamicTest(recording.name(), () -> {
                    calm();
                    var answer = gateway().deliver(recording.headers(), recording.body());
                    var expected = table.get(recording.name());
                    if (expected == null) {
                        assertThat(answer.status()).isEqualTo(204);
                        assertThat(answer.body()).isEmpty();
                        assertThat(broker.sent()).isEmpty();
                    } else {
                        assertThat(answer.status()).isEqualTo(202);
                        assertThat(answer.body()).isEqualTo("{\"taskId\":\"%s\"}".formatted(expected.id()));
                        assertMatches(broker.onlyTask(), expected);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> aReviewIsATaskForTheMentionInItsCommentOnLinesHoweverItWasCalled() {
        return Stream.of(
                        "pull_request_review_comment-reviewed-inlineonly-own1.15.11.json",
                        "pull_request_review_comment-reviewed-body-own1.15.11.json",
                        "pull_request_review_approved-reviewed-own1.15.11.json",
                        "pull_request_review_rejected-reviewed-own1.15.11.json")
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    calm();
                    forge.remarkOnEveryReview("@agent-bot rename it");
                    var recording = recordings().named(name);
                    var answer = gateway().deliver(recording.headers(), recording.body());

                    assertThat(answer.status()).isEqualTo(202);
                    assertThat(broker.onlyTask().getTrigger()).isEqualTo(TriggerKind.REVIEW);
                    assertThat(broker.onlyTask().getRequestedBy()).isEqualTo("bob");
                    assertThat(broker.onlyTask().getInstruction()).contains("In `hello.txt`, line 3:", "rename it");
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyDeliveryIsRefusedWithAnotherSecret() {
        return recordings().all().stream()
                .map(recording -> DynamicTest.dynamicTest(recording.name(), () -> {
                    var headers = new HashMap<>(recording.headers());
                    headers.put("X-Gitea-Signature", Gateway.signature("another".getBytes(UTF_8)));

                    assertRefused(gateway().deliver(headers, recording.body()), 401);
                }));
    }

    @TestFactory
    Stream<DynamicTest> noMutationBringsAnythingDown() {
        var random = new Random(26);
        return recordings().all().stream()
                .filter(Recording::isJson)
                .map(recording -> DynamicTest.dynamicTest(recording.name(), () -> {
                    for (int round = 0; round < 15; round++) {
                        byte[] body = mutated(recording.body(), random);
                        var answer = gateway().deliver(signed(recording, body), body);
                        assertThat(answer.status()).isIn(202, 204, 400);
                        assertThat(answer.status() != 400 || answer.isProblem()).isTrue();
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> noWrongFieldBringsAnythingDown() {
        List<String> wrong =
                List.of("null", "0", "-1", "1.5", "\"\"", "\"\\ud800\"", "[]", "[null]", "{}", "true", "1e400");
        return TASKS.stream()
                .map(row -> DynamicTest.dynamicTest(row.file(), () -> {
                    var recording = recordings().named(row.file());
                    var root = JSON.readTree(recording.body());
                    for (String pointer : pointers(root)) {
                        for (String value : wrong) {
                            byte[] body = replaced(root, pointer, value).getBytes(UTF_8);
                            var answer = gateway().deliver(signed(recording, body), body);
                            assertThat(answer.status())
                                    .as("%s = %s", pointer, value)
                                    .isIn(202, 204, 400);
                        }
                    }
                }));
    }

    private Gateway gateway() {
        return new Gateway(port);
    }

    private static Recordings recordings() {
        var recordings = Recordings.find();
        assumeTrue(recordings.isPresent(), Recordings.ABSENT);
        return recordings.orElseThrow();
    }

    private static void assertMatches(TaskRequest task, Expected expected) {
        assertThat(task.getTaskId()).isEqualTo(expected.id().value());
        assertThat(task.getRepo()).isEqualTo("alice/demo2");
        assertThat(task.getNumber()).isEqualTo(expected.number());
        assertThat(task.getTrigger()).isEqualTo(expected.trigger());
        assertThat(task.getRequestedBy()).isEqualTo(expected.requestedBy());
        // The forge's text has been edited since; what counts is the text of the delivery.
        assertThat(task.getInstruction()).isNotBlank().doesNotContain("edited since");
    }

    private static void assertRefused(Gateway.Answer answer, int status) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.isProblem()).isTrue();
    }

    private static Map<String, String> signed(Recording recording, byte[] body) {
        var headers = new HashMap<>(recording.headers());
        headers.put("X-Gitea-Signature", Gateway.signature(body));
        return headers;
    }

    private static byte[] mutated(byte[] body, Random random) {
        int at = random.nextInt(body.length);
        int length = Math.min(body.length - at, 1 + random.nextInt(40));
        byte[] mutated = body.clone();
        switch (random.nextInt(4)) {
            case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> Arrays.fill(mutated, at, at + length, (byte) random.nextInt(256));
            case 2 -> mutated = Arrays.copyOf(body, at);
            default -> System.arraycopy(body, random.nextInt(body.length - length + 1), mutated, at, length);
        }
        return mutated;
    }

    /** The fields that are read, and everything above them. */
    private static List<String> pointers(JsonNode root) {
        return Stream.of(
                        "/action",
                        "/issue",
                        "/issue/number",
                        "/issue/title",
                        "/issue/body",
                        "/issue/labels",
                        "/issue/pull_request",
                        "/comment",
                        "/comment/id",
                        "/comment/body",
                        "/comment/user",
                        "/comment/user/login",
                        "/repository",
                        "/repository/full_name",
                        "/sender",
                        "/sender/login",
                        "/is_pull",
                        "/issue/assignees",
                        "/pull_request",
                        "/pull_request/number",
                        "/pull_request/title",
                        "/pull_request/labels",
                        "/pull_request/assignees")
                .filter(pointer -> !root.at(pointer).isMissingNode())
                .toList();
    }

    private static String replaced(JsonNode root, String pointer, String value) {
        var copy = root.deepCopy();
        int slash = pointer.lastIndexOf('/');
        var parent = (ObjectNode) copy.at(pointer.substring(0, slash));
        parent.put(pointer.substring(slash + 1), "%replaced%");
        return copy.toString().replace("\"%replaced%\"", value);
    }
}
