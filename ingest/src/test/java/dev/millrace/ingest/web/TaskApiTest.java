package dev.millrace.ingest.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.avro.TriggerKind;
import dev.millrace.schemas.id.TaskId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Tasks over HTTP, with no forge configured: they need none. */
@SpringBootTest(
        classes = IngestApp.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "with-forge=false",
            "millrace.ingest.webhook.secret-file=src/test/resources/webhook-secret",
            "millrace.ingest.api.token-file=src/test/resources/api-token",
            "millrace.ingest.api.answer-within=1s",
        })
class TaskApiTest {
    private static final Map<String, String> ENTRY =
            Map.of("Authorization", "Bearer let-me-in", "Content-Type", "application/json");

    @LocalServerPort
    private int port;

    @Autowired
    private FakeBroker broker;

    @BeforeEach
    void calm() {
        broker.calm();
    }

    @Nested
    class ATask {
        @Test
        void isTakenWithAllItsFields() {
            var answer = ask("""
                    {"repo": "Alice/demo2", "instruction": "Fix it", "title": "It breaks", "number": 7,
                     "baseBranch": "release/1.x", "agent": "script", "model": "openai/gpt-x:1", "image": "debian:13",
                     "script": ["make", "make test"], "priority": 5}""");

            assertThat(answer.status()).isEqualTo(202);
            var task = broker.onlyTask();
            assertThat(answer.body()).isEqualTo("{\"taskId\":\"%s\"}".formatted(task.getTaskId()));
            assertThat(task.getRepo()).isEqualTo("Alice/demo2");
            assertThat(task.getInstruction()).isEqualTo("Fix it");
            assertThat(task.getTitle()).isEqualTo("It breaks");
            assertThat(task.getNumber()).isEqualTo(7);
            assertThat(task.getBaseBranch()).isEqualTo("release/1.x");
            assertThat(task.getAgent()).isEqualTo("script");
            assertThat(task.getModel()).isEqualTo("openai/gpt-x:1");
            assertThat(task.getImage()).isEqualTo("debian:13");
            assertThat(task.getScript()).isEqualTo(List.of("make", "make test"));
            assertThat(task.getPriority()).isEqualTo(5);
            assertThat(task.getTrigger()).isEqualTo(TriggerKind.API);
            assertThat(task.getRequestedBy()).isEqualTo("api");
            assertThat(broker.sent().getFirst().key()).isEqualTo("alice/demo2");
        }

        @Test
        void isTheSameOneForTheSameKey() {
            String task = "{\"repo\": \"%s\", \"instruction\": \"Fix it\", \"idempotencyKey\": \"build-1\"}";

            assertThat(ask(task.formatted("alice/demo2")).body())
                    .isEqualTo(ask(task.formatted("Alice/Demo2")).body())
                    .contains(
                            TaskId.derivedFrom("api", "alice/demo2", "build-1").value())
                    .isNotEqualTo(ask(task.formatted("alice/demo3")).body());
        }

        @Test
        void isAnotherOneEachTimeWithoutAKey() {
            String task = "{\"repo\": \"alice/demo2\", \"instruction\": \"Fix it\"}";

            assertThat(ask(task).body()).isNotEqualTo(ask(task).body());
        }

        @Test
        void mayBeNamedByTheCaller() {
            assertThat(ask("{\"repo\": \"a/b\", \"instruction\": \"x\", \"taskId\": \"nightly-0001\"}")
                            .body())
                    .contains("nightly-0001");
        }

        @Test
        void needsNoInstructionWhereItHasAScript() {
            assertThat(ask("{\"repo\": \"a/b\", \"script\": [\"make\"]}").status())
                    .isEqualTo(202);
        }

        @ParameterizedTest
        @EnumSource(names = {"REFUSES", "IS_SILENT"})
        void isNotTakenWhileTheBrokerIsAway(FakeBroker.Mood mood) {
            broker.is(mood);
            var answer = ask("{\"repo\": \"a/b\", \"instruction\": \"x\"}");

            refused(503, answer);
            assertThat(answer.headers()).containsKey("retry-after");
        }
    }

    @Nested
    class WhatIsWrong {
        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
                        {"instruction": "x"}                                              | repo
                        {"repo": "alice", "instruction": "x"}                             | repo
                        {"repo": "alice/../x", "instruction": "x"}                        | repo
                        {"repo": 5, "instruction": "x"}                                   | repo
                        {"repo": "a/b"}                                                   | instruction
                        {"repo": "a/b", "instruction": " "}                               | instruction
                        {"repo": "a/b", "instruction": "x\\u0000"}                        | instruction
                        {"repo": "a/b", "instruction": ["x"]}                             | instruction
                        {"repo": "a/b", "instruction": "x", "number": -1}                 | number
                        {"repo": "a/b", "instruction": "x", "number": 1.5}                | number
                        {"repo": "a/b", "instruction": "x", "number": "1"}                | number
                        {"repo": "a/b", "instruction": "x", "baseBranch": "-x"}           | baseBranch
                        {"repo": "a/b", "instruction": "x", "baseBranch": "a..b"}         | baseBranch
                        {"repo": "a/b", "instruction": "x", "baseBranch": "a/"}           | baseBranch
                        {"repo": "a/b", "instruction": "x", "baseBranch": "a.lock"}       | baseBranch
                        {"repo": "a/b", "instruction": "x", "baseBranch": "a b"}          | baseBranch
                        {"repo": "a/b", "instruction": "x", "agent": "--x"}               | agent
                        {"repo": "a/b", "instruction": "x", "model": "a b"}               | model
                        {"repo": "a/b", "instruction": "x", "image": "a;b"}               | image
                        {"repo": "a/b", "instruction": "x", "script": "make"}             | script
                        {"repo": "a/b", "instruction": "x", "script": [null]}             | script
                        {"repo": "a/b", "instruction": "x", "script": [""]}               | script
                        {"repo": "a/b", "instruction": "x", "priority": 101}              | priority
                        {"repo": "a/b", "instruction": "x", "priority": -1}               | priority: must be 0 to 100, not -1
                        {"repo": "a/b", "instruction": "x", "idempotencyKey": "a b"}      | idempotencyKey
                        {"repo": "a/b", "instruction": "x", "taskId": "X"}                | not a task id
                        {"repo": "a/b", "instruction": "x", "taskId": "abcdefgh", "idempotencyKey": "a"} | taskId
                        {"repo": "a/b", "instruction": "x", "branch": "main"}             | branch
                        {"repo": "a/b", "instruction": "x", "repo": "c/d"}                | JSON
                        {"repo": "a/b", "instruction": "x"                                | JSON
                        {"repo": "a/b", "instruction": "x"} {}                            | JSON
                        []                                                                | body
                        null                                                              | body
                        """)
        void isNamed(String json, String name) {
            var answer = ask(json);

            refused(400, answer);
            assertThat(answer.body()).contains(name);
            assertThat(broker.sent()).isEmpty();
        }

        @Test
        void isALongText() {
            var answer = ask("{\"repo\": \"a/b\", \"instruction\": \"%s\"}".formatted("x".repeat((64 << 10) + 1)));

            refused(400, answer);
            assertThat(answer.body()).contains("instruction").contains("65536");
        }

        @Test
        void isAHugeBody() {
            refused(413, ask(" ".repeat((512 << 10) + 1)));
        }

        @Test
        void isDeepJson() {
            refused(400, ask("[".repeat(100_000)));
        }

        @Test
        void isAnotherType() {
            var headers = Map.of("Authorization", "Bearer let-me-in", "Content-Type", "text/plain");

            refused(415, new Gateway(port).ask(headers, "{}"));
        }
    }

    @Nested
    class TheDoor {
        @ParameterizedTest
        @ValueSource(
                strings = {"Bearer", "Bearer ", "Bearer let-me-i", "Bearer let-me-in2", "let-me-in", "Basic let-me-in"})
        void isShutWithoutTheToken(String authorization) {
            var headers = Map.of("Authorization", authorization, "Content-Type", "application/json");

            refused(401, new Gateway(port).ask(headers, "{\"repo\": \"a/b\", \"instruction\": \"x\"}"));
            assertThat(broker.sent()).isEmpty();
        }

        @Test
        void isShutWithoutAnyToken() {
            refused(401, new Gateway(port).ask(Map.of("Content-Type", "application/json"), "{}"));
        }
    }

    @Test
    void withoutAForgeWebhooksAreToldWhatToSet() {
        byte[] body = "{}".getBytes(UTF_8);
        var answer = new Gateway(port).deliver(Gateway.headers("push", "push", body), body);

        refused(503, answer);
        assertThat(answer.body()).contains("millrace.gitea.url");
    }

    private Gateway.Answer ask(String json) {
        return new Gateway(port).ask(ENTRY, json);
    }

    private static void refused(int status, Gateway.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.isProblem()).as(answer.toString()).isTrue();
    }
}
