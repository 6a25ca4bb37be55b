package dev.millrace.worker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.node.ArrayNode;

class ModelClientTest {
    private static final String KEY = "sk-very-secret";
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int RETRIES = 2;

    private final ModelServer server;
    private final ModelClient client;

    ModelClientTest() {
        server = new ModelServer();
        client = client(server.baseUrl(), KEY);
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Nested
    class WhenAllIsWell {
        @Test
        void theConversationIsSentAsItIsWithTheKeyAsBearerToken() throws Exception {
            server.finishes("hello");

            client.ask("", messages(), tools(), LIMIT);

            var asked = server.asked().getFirst();
            assertThat(asked.headers().get("Authorization")).containsExactly("Bearer " + KEY);
            assertThat(asked.headers().get("Content-type")).containsExactly("application/json");
            assertThat(asked.body()).isEqualTo(ModelServer.JSON.readTree("""
                    {"model": "m", "messages": [{"role": "user", "content": "hi"}], "tools": [{"type": "function"}]}
                    """));
        }

        @Test
        void noKeyIsSentWhereThereIsNone() throws Exception {
            server.finishes("hello");

            try (var keyless = client(server.baseUrl() + "/", "")) {
                keyless.ask("", messages(), tools(), LIMIT);
            }

            assertThat(server.asked().getFirst().headers()).doesNotContainKey("Authorization");
        }

        @Test
        void theAnswerSaysWhatItUsed() throws Exception {
            server.finishes("hello");

            assertThat(client.ask("", messages(), tools(), LIMIT))
                    .isInstanceOfSatisfying(ModelReply.Answered.class, answer -> {
                        assertThat(answer.usage()).isEqualTo(new ModelUsage(1, 100, 10, 40));
                        assertThat(answer.cut()).isFalse();
                        assertThat(answer.message().path("content").asString()).isEqualTo("hello");
                    });
        }

        @Test
        void halfACharacterInTheConversationDoesNotMakeItImpossible() throws Exception {
            server.finishes("hello");

            client.ask("", messages("a\ud83d"), tools(), LIMIT);

            assertThat(server.asked().getFirst().messages().at("/0/content").asString())
                    .isEqualTo("a?");
        }
    }

    @Nested
    class WhatPassesByItself {
        @ParameterizedTest
        @ValueSource(ints = {408, 409, 429, 500, 502, 503, 529})
        void isTriedAgain(int status) throws Exception {
            server.says(status, Map.of(), "{\"error\": {\"message\": \"later\"}}")
                    .finishes("hello");

            assertAnswered();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"error\": {\"message\": \"upstream\", \"code\": 502}}",
                    "{\"error\": \"overloaded\"}",
                    "{\"choices\": [{\"error\": {\"message\": \"upstream\"}, \"message\": {\"content\": \"\"}}]}",
                    "{\"base_resp\": {\"status_code\": 1002, \"status_msg\": \"rate limit\"}, \"choices\": null}",
                    "{\"base_resp\": {\"status_code\": 1013, \"status_msg\": \"internal\"}}",
                    "{\"choices\": []}",
                    "{\"choices\": [{\"message\": null}]}",
                    "{}",
                    "",
                    "<html>not a model</html>"
                })
        void isTriedAgainEvenIfTheStatusSaysThatAllIsWell(String body) throws Exception {
            server.says(body).finishes("hello");

            assertAnswered();
        }

        @Test
        void includesConnectionsThatBreak() throws Exception {
            server.hangsUp().finishes("hello");

            assertAnswered();
        }

        @Test
        void includesAnswersThatDoNotComeInTime() throws Exception {
            server.stalls(false).finishes("hello");

            try (var impatient = client(server.baseUrl(), Duration.ofMillis(300), Duration.ofMillis(5))) {
                assertThat(impatient.ask("", messages(), tools(), LIMIT)).isInstanceOf(ModelReply.Answered.class);
            }
        }

        @Test
        void includesAnswersThatBeginAndDoNotEnd() throws Exception {
            server.stalls(true).finishes("hello");

            try (var impatient = client(server.baseUrl(), Duration.ofMillis(300), Duration.ofMillis(5))) {
                assertThat(impatient.ask("", messages(), tools(), LIMIT)).isInstanceOf(ModelReply.Answered.class);
            }
        }

        @Test
        void isWaitedOutForAsLongAsTheProviderAsksButNotBeyondOurOwnBound() throws Exception {
            server.says(429, Map.of("Retry-After", "3600"), "{}").finishes("hello");

            assertAnswered();
        }

        @Test
        void isAFaultOnceTheTriesAreUsedUp() {
            for (int i = 0; i <= RETRIES; i++) {
                server.says(503, Map.of(), "{\"error\": {\"message\": \"overloaded\"}}");
            }
            server.finishes("never reached");

            assertThatExceptionOfType(ModelUnavailable.class)
                    .isThrownBy(() -> client.ask("", messages(), tools(), LIMIT))
                    .withMessageContainingAll(server.baseUrl(), "in 3 tries", "HTTP 503: overloaded");
            assertThat(server.asked()).hasSize(RETRIES + 1);
        }

        @Test
        void isAFaultIfTheWaitWouldGoBeyondTheLimit() {
            server.says(429, Map.of("Retry-After", "30"), "{}").finishes("never reached");

            try (var patient = client(server.baseUrl(), LIMIT, Duration.ofMinutes(1))) {
                assertThatExceptionOfType(ModelUnavailable.class)
                        .isThrownBy(() -> patient.ask("", messages(), tools(), Duration.ofSeconds(10)))
                        .withMessageContaining("in the time that was left");
            }
            assertThat(server.asked()).hasSize(1);
        }

        private void assertAnswered() throws InterruptedException {
            assertThat(client.ask("", messages(), tools(), LIMIT)).isInstanceOf(ModelReply.Answered.class);
            assertThat(server.asked()).hasSize(2);
        }
    }

    @Nested
    class WhatDoesNotPass {
        @ParameterizedTest
        @ValueSource(ints = {400, 404, 422})
        void isRefusedAtOnceIfItIsTheRequest(int status) throws Exception {
            server.says(status, Map.of(), "{\"message\": \"not\\nthat\"}").finishes("never reached");

            assertThat(client.ask("", messages(), tools(), LIMIT))
                    .isEqualTo(new ModelReply.Refused(status, "HTTP %d: not that".formatted(status)));
            assertThat(server.asked()).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(ints = {401, 402, 403})
        void isAFaultAtOnceIfItIsTheKey(int status) {
            server.says(status, Map.of(), "{\"error\": {\"message\": \"Incorrect key: %s\"}}".formatted(KEY))
                    .finishes("never reached");

            assertThatExceptionOfType(ModelUnavailable.class)
                    .isThrownBy(() -> client.ask("", messages(), tools(), LIMIT))
                    .withMessageContainingAll("LLM_API_KEY", "Incorrect key: …")
                    .satisfies(fault -> assertThat(fault).message().doesNotContain(KEY));
            assertThat(server.asked()).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"base_resp\": {\"status_code\": 1004, \"status_msg\": \"no\"}}",
                    "{\"error\": {\"message\": \"no\", \"code\": \"invalid_api_key\"}}",
                    "{\"error\": {\"message\": \"no\", \"code\": 403}}"
                })
        void isAFaultAtOnceIfItIsTheKeyWhateverTheStatus(String body) {
            server.says(body).finishes("never reached");

            assertThatExceptionOfType(ModelUnavailable.class)
                    .isThrownBy(() -> client.ask("", messages(), tools(), LIMIT))
                    .withMessageContaining("LLM_API_KEY");
            assertThat(server.asked()).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"base_resp\": {\"status_code\": 2013, \"status_msg\": \"no\"}}",
                    "{\"error\": {\"message\": \"no\", \"type\": \"invalid_request_error\"}}"
                })
        void isRefusedAtOnceIfItIsTheRequestWhateverTheStatus(String body) throws Exception {
            server.says(body).finishes("never reached");

            assertThat(client.ask("", messages(), tools(), LIMIT))
                    .isEqualTo(new ModelReply.Refused(400, "HTTP 400: no"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "This model's maximum context length is 8192 tokens.",
                    "prompt is too long: 200001 tokens > 200000 maximum",
                    "invalid params, context window exceeds limit (2013)"
                })
        void isToldApartIfTheConversationIsTooLong(String text) throws Exception {
            String body = "{\"error\": {\"message\": \"%s\"}}".formatted(text);
            server.says(400, Map.of(), body).says(500, Map.of(), body);

            assertThat(client.ask("", messages(), tools(), LIMIT)).isInstanceOf(ModelReply.TooLong.class);
            assertThat(client.ask("", messages(), tools(), LIMIT)).isInstanceOf(ModelReply.TooLong.class);
        }

        @Test
        void isToldApartIfTheRequestIsTooLarge() throws Exception {
            server.says(413, Map.of(), "too large");

            assertThat(client.ask("", messages(), tools(), LIMIT))
                    .isEqualTo(new ModelReply.TooLong("HTTP 413: too large"));
        }

        @Test
        void isToldWithoutWhatMayBePartOfTheConversation() throws Exception {
            server.says(422, Map.of(), "{\"input\": \"hi\"}");

            assertThat(client.ask("", messages(), tools(), LIMIT))
                    .isEqualTo(new ModelReply.Refused(422, "HTTP 422: no reason given"));
        }

        @Test
        void isARedirectSinceTheKeyWouldFollowIt() throws Exception {
            try (var elsewhere = new ModelServer()) {
                server.says(307, Map.of("Location", elsewhere.baseUrl() + "/chat/completions"), "moved");

                assertThatExceptionOfType(ModelUnavailable.class)
                        .isThrownBy(() -> client.ask("", messages(), tools(), LIMIT))
                        .withMessageContaining("LLM_BASE_URL");
                assertThat(elsewhere.asked()).isEmpty();
            }
        }
    }

    @Nested
    class WithinItsBounds {
        @Test
        void anAnswerThatDoesNotComeWithinTheLimitIsNotWaitedFor() throws Exception {
            server.stalls(false);

            assertThat(client.ask("", messages(), tools(), Duration.ofMillis(300)))
                    .isEqualTo(new ModelReply.OutOfTime());
        }

        @Test
        void anAnswerThatDoesNotEndWithinTheLimitIsNotWaitedFor() throws Exception {
            server.stalls(true);

            assertThat(client.ask("", messages(), tools(), Duration.ofMillis(300)))
                    .isEqualTo(new ModelReply.OutOfTime());
        }

        @Test
        void aTooLargeAnswerIsNotRead() {
            for (int i = 0; i <= RETRIES; i++) {
                server.finishes("x".repeat(20_000));
            }

            assertThatExceptionOfType(ModelUnavailable.class)
                    .isThrownBy(() -> client.ask("", messages(), tools(), LIMIT))
                    .withMessageContaining("capacity");
        }

        @Test
        void aTooLargeConversationIsNotSent() throws Exception {
            assertThat(client.ask("", messages("x".repeat(20_000)), tools(), LIMIT))
                    .isInstanceOf(ModelReply.TooLong.class);
            assertThat(server.asked()).isEmpty();
        }

        @Test
        void anInterruptEndsTheWaitBetweenTwoTries() throws Exception {
            server.says(429, Map.of("Retry-After", "600"), "{}");
            var thread = Thread.currentThread();
            var interrupter = Thread.ofVirtual().start(() -> {
                await().until(() -> server.asked().size() == 1);
                thread.interrupt();
            });

            try (var patient = client(server.baseUrl(), LIMIT, Duration.ofHours(1))) {
                assertThatExceptionOfType(InterruptedException.class)
                        .isThrownBy(() -> patient.ask("", messages(), tools(), Duration.ofHours(2)));
            }
            interrupter.join();
        }

        @Test
        void anEndpointThatIsNotThereIsAFault() {
            server.close();

            assertThatExceptionOfType(ModelUnavailable.class)
                    .isThrownBy(() -> client.ask("", messages(), tools(), LIMIT))
                    .withMessageContainingAll(server.baseUrl(), "in 3 tries", "ConnectException");
        }

        @Test
        void aWorkerWithoutAModelSaysWhatToSet() {
            try (var none = client("", "")) {
                assertThatExceptionOfType(ModelUnavailable.class)
                        .isThrownBy(() -> none.ask("", messages(), tools(), LIMIT))
                        .withMessageContainingAll("LLM_BASE_URL", "LLM_MODEL", "LLM_API_KEY");
            }
        }
    }

    private static ArrayNode messages() {
        return messages("hi");
    }

    private static ArrayNode messages(String text) {
        var messages = ModelServer.JSON.createArrayNode();
        messages.addObject().put("role", "user").put("content", text);
        return messages;
    }

    private static ArrayNode tools() {
        var tools = ModelServer.JSON.createArrayNode();
        tools.addObject().put("type", "function");
        return tools;
    }

    private static ModelClient client(String baseUrl, String key) {
        return client(baseUrl, key, LIMIT, Duration.ofMillis(5));
    }

    private static ModelClient client(String baseUrl, Duration timeout, Duration maxRetryDelay) {
        return client(baseUrl, KEY, timeout, maxRetryDelay);
    }

    private static ModelClient client(String baseUrl, String key, Duration timeout, Duration maxRetryDelay) {
        return new ModelClient(
                new ModelProperties(
                        baseUrl,
                        "m",
                        key,
                        "",
                        timeout,
                        RETRIES,
                        Duration.ofMillis(1),
                        maxRetryDelay,
                        DataSize.ofKilobytes(10)),
                InstantSource.system());
    }
}
