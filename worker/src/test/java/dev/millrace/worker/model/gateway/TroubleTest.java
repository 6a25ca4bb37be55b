package dev.millrace.worker.model.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.scripted.Counts;
import dev.millrace.scripted.Failure;
import dev.millrace.scripted.ScriptedModel;
import dev.millrace.scripted.Turn;
import dev.millrace.worker.model.upstream.Tokens;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What the gateway survives, and how it says what it does not. */
class TroubleTest extends GatewayFixture {
    private static final GatewayLimits IMPATIENT =
            new GatewayLimits(64 * 1024, 16, Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofSeconds(2), 1);

    @Nested
    class WhatPassesByItself {
        @ParameterizedTest
        @ValueSource(ints = {408, 409, 429, 500, 502, 503, 529})
        void isTriedAgain(int status) throws Exception {
            var server = model(Turn.fail(status, "later"), Turn.say("hello"));

            assertThat(asking(server).chat("hi").body()).contains("hello");
            assertThat(server.asked()).hasSize(2);
        }

        @ParameterizedTest
        @CsvSource({
            "500, Retry-After-Ms, 300",
            "502, Retry-After-Ms, 300",
            "503, Retry-After-Ms, 300",
            "504, Retry-After, 1",
            "529, Retry-After, 0.3",
            "429, Retry-After, 1"
        })
        void isLeftAloneForAsLongAsItAsks(int status, String header, String wish) throws Exception {
            var server = model(Turn.fail(new Failure.Status(status, Map.of(header, wish), "later")), Turn.say("hello"));
            long start = System.nanoTime();

            assertThat(asking(server).chat("hi").body()).contains("hello");

            // Its own first wait would be 20 ms at most.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(299));
            assertThat(server.asked()).hasSize(2);
        }

        @ParameterizedTest
        @CsvSource({
            "/v1/chat/completions, '{\"choices\": []}'",
            "/v1/chat/completions, '{\"choices\": [{\"message\": null}]}'",
            "/v1/responses, '{\"id\": \"resp_1\"}'",
            "/v1/messages, '{\"type\": \"message\"}'",
            "/v1/messages, '[]'",
            "/v1/messages, 'not JSON'"
        })
        void isTriedAgainIfItIsAnAnswerWithoutWhatMakesItOne(String path, String answer) throws Exception {
            var server = model(Turn.fail(new Failure.Raw(200, Map.of(), answer)), Turn.say("hello"));
            var asking = asking(server);

            assertThat(asking.post(path, chatBody("hi", false)).body()).contains("hello");
            assertThat(asking.spending.spent().requests()).isEqualTo(1);
        }

        @ParameterizedTest
        @ValueSource(strings = {"/v1/chat/completions", "/v1/responses", "/v1/messages"})
        void isTriedAgainIfItIsAnErrorInsideOfSuccess(String path) throws Exception {
            for (boolean stream : new boolean[] {false, true}) {
                var server = model(Turn.fail(new Failure.ErrorInside("out of order")), Turn.say("hello"));
                var asking = asking(server);

                assertThat(asking.post(path, chatBody("hi", stream)).body())
                        .contains("hello")
                        .doesNotContain("out of order");
                assertThat(asking.spending.spent().requests()).isEqualTo(1);
            }
        }

        @Test
        void isTriedAgainIfItIsInTheWordsOfMiniMax() throws Exception {
            var busy = "{\"base_resp\": {\"status_code\": 1002, \"status_msg\": \"rate limit\"}, \"choices\": null}";
            var server = model(Turn.fail(new Failure.Raw(200, Map.of(), busy)), Turn.say("hello"));

            assertThat(asking(server).chat("hi").body()).contains("hello");
        }

        @ParameterizedTest
        @EnumSource(
                names = {"CUT", "STALL"},
                value = Failure.Midway.class)
        void includesConnectionsThatBreakOrStallBeforeAnythingCame(Failure.Midway midway) throws Exception {
            for (boolean stream : new boolean[] {false, true}) {
                var server = model(Turn.fail(midway), Turn.say("hello"));
                var asking = asking(gateways(upstreams(upstream(server)), IMPATIENT), unlimited());

                assertThat(asking.post("/v1/chat/completions", chatBody("hi", stream))
                                .body())
                        .contains("hello");
            }
        }

        @ParameterizedTest
        @EnumSource(
                names = {"CUT_MIDWAY", "STALL_MIDWAY"},
                value = Failure.Midway.class)
        void includesAnswersThatBreakOffWhileTheyAreNotPassedOn(Failure.Midway midway) throws Exception {
            var server = model(Turn.fail(midway), Turn.say("hello"));
            var asking = asking(gateways(upstreams(upstream(server)), IMPATIENT), unlimited());

            assertThat(asking.chat("hi").body()).contains("hello");
        }

        @Test
        void isTriedOnlySoOften() throws Exception {
            var server = model(Turn.fail(500, "broken").times(0));
            var asking = asking(server);

            HttpResponse<String> answer = asking.chat("hi");

            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(json(answer).at("/error/type").asString()).isEqualTo("server_error");
            assertThat(server.asked()).hasSize(LIMITS.retries() + 1);
            assertThat(asking.gateway.hindrance())
                    .get()
                    .isInstanceOfSatisfying(
                            Hindrance.Unavailable.class,
                            it -> assertThat(it.why()).contains("Upstream house", "3 tries", "HTTP 500"));
            assertThat(asking.spending.spent().requests()).isZero();
        }

        @Test
        void isForgottenWithTheNextAnswer() throws Exception {
            var asking = asking(model(Turn.fail(500, "broken").times(LIMITS.retries() + 1), Turn.say("hello")));
            asking.chat("hi");
            assertThat(asking.gateway.hindrance()).isPresent();

            asking.chat("hi");

            assertThat(asking.gateway.hindrance()).isEmpty();
        }
    }

    @Nested
    class AnEndpointThatIsBusy {
        @ParameterizedTest
        @CsvSource({
            "/v1/chat/completions, 503, server_error",
            "/v1/responses, 503, server_error",
            "/v1/messages, 529, overloaded_error"
        })
        void isWaitedForOnlyIfThatIsOfUse(String path, int status, String type) throws Exception {
            var server = model(Turn.fail(new Failure.Status(429, Map.of("Retry-After", "20"), "slow down")));
            var asking = asking(
                    gateways(upstreams(upstream(server)), LIMITS),
                    new Terms("", new Spending(UNLIMITED), Instant.now().plusSeconds(5)));

            HttpResponse<String> answer = asking.post(path, chatBody("hi", false));

            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(json(answer).at("/error/type").asString()).isEqualTo(type);
            assertThat(answer.headers().firstValueAsLong("retry-after").orElse(0))
                    .isBetween(15L, 25L);
            assertThat(asking.gateway.hindrance())
                    .get()
                    .isInstanceOfSatisfying(
                            Hindrance.BackPressure.class,
                            it -> assertThat(it.tryAfter()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(22)));
        }

        @Test
        void isLeftAloneByAllAttemptsUntilOneGetsThrough() throws Exception {
            var server = model(
                    Turn.fail(new Failure.Status(429, Map.of("Retry-After-Ms", "300"), "slow down")),
                    Turn.fail(new Failure.Status(429, Map.of("Retry-After-Ms", "300"), "slow down")),
                    Turn.say("hello").times(0));
            var gateways = gateways(upstreams(upstream(server)), LIMITS);
            var first = asking(gateways, unlimited());
            var answers = new ArrayList<Future<HttpResponse<String>>>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                answers.add(threads.submit(() -> first.chat("first")));
                while (server.asked().isEmpty()) {
                    Thread.onSpinWait();
                }
                for (int i = 0; i < 3; i++) {
                    var other = asking(gateways, unlimited());
                    answers.add(threads.submit((Callable<HttpResponse<String>>) () -> other.chat("other")));
                }
                for (var answer : answers) {
                    assertThat(answer.get().statusCode()).isEqualTo(200);
                }
            }
            // Two refusals, and one answer for each of the four: nobody else was refused.
            assertThat(server.asked()).hasSizeBetween(6, 9);
        }
    }

    @Nested
    class WhatDoesNotPass {
        @ParameterizedTest
        @ValueSource(ints = {400, 404, 422})
        void isSaidToTheAgentInTheProvidersWords(int status) throws Exception {
            var server = model(Turn.fail(status, "not that"));
            var asking = asking(server);

            HttpResponse<String> answer = asking.chat("hi");

            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(json(answer).at("/error/message").asString()).isEqualTo("not that");
            assertThat(server.asked()).hasSize(1);
            assertThat(asking.spending.spent().requests()).isZero();
            assertThat(asking.gateway.hindrance()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(ints = {400, 500})
        void isALongConversationWhateverItsStatus(int status) throws Exception {
            var server = model(Turn.fail(status, "prompt is too long: 200001 tokens > 200000 maximum"));

            HttpResponse<String> answer = asking(server).chat("hi");

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("prompt is too long");
            assertThat(server.asked()).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(ints = {401, 402, 403})
        void isTheOperatorsMatterIfItIsTheKey(int status) throws Exception {
            var server = model(Turn.fail(status, "Incorrect key: " + KEY));
            var asking = asking(server);

            HttpResponse<String> answer = asking.chat("hi");

            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("x-should-retry")).hasValue("false");
            assertThat(answer.body()).doesNotContain(KEY, "Incorrect");
            assertThat(asking.gateway.hindrance())
                    .get()
                    .isInstanceOfSatisfying(
                            Hindrance.Unavailable.class,
                            it -> assertThat(it.why())
                                    .contains("Incorrect key: …")
                                    .doesNotContain(KEY));
        }

        @Test
        void doesNotTellTheKeyThatTheProviderRepeats() throws Exception {
            var server = model(Turn.fail(400, "you sent " + KEY));

            assertThat(asking(server).chat("hi").body()).contains("you sent …").doesNotContain(KEY);
        }

        @Test
        void isARedirectSinceTheKeyWouldFollowIt() throws Exception {
            ScriptedModel elsewhere = model(Turn.say("hello"));
            var server = model(Turn.fail(
                    new Failure.Raw(307, Map.of("Location", elsewhere.baseUrl() + "/chat/completions"), "moved")));
            var asking = asking(server);

            assertThat(asking.chat("hi").statusCode()).isEqualTo(401);
            assertThat(elsewhere.asked()).isEmpty();
            assertThat(asking.gateway.hindrance()).get().asString().contains("base-url");
        }
    }

    @Nested
    class AStreamThatHasBegun {
        @ParameterizedTest
        @CsvSource({
            "STALL_MIDWAY, /v1/chat/completions, 'data: {\"error\"'",
            "STALL_MIDWAY, /v1/responses, 'event: error\ndata: {\"type\":\"error\"'",
            "CUT_MIDWAY, /v1/messages, 'event: error\ndata: {\"type\":\"error\"'",
            "ENDLESS, /v1/chat/completions, 'data: {\"error\"'"
        })
        void endsWithAnErrorEventAndACutConnection(Failure.Midway midway, String path, String event) throws Exception {
            var asking = asking(gateways(upstreams(upstream(model(Turn.fail(midway)))), IMPATIENT), unlimited());

            String body = chatBody("hi", true);
            String read = raw(
                    asking,
                    "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s".formatted(path, body.length(), body));

            assertThat(read).startsWith("HTTP/1.1 200").contains(event).doesNotEndWith("\r\n0\r\n\r\n");
            asking.gateway.close();
            assertThat(asking.spending.spent().requests()).isEqualTo(1);
            assertThat(asking.spending.spent().estimated()).isEqualTo(1);
            assertThat(asking.spending.spent().tokens().out()).isPositive();
        }

        @Test
        void isNotForFreeIfTheAgentHangsUp() throws Exception {
            var asking = asking(model(Turn.fail(Failure.Midway.ENDLESS)));
            String body = chatBody("hi", true);
            URI address = URI.create(asking.url);
            try (var socket = new Socket(address.getHost(), address.getPort())) {
                socket.getOutputStream()
                        .write("POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
                                .formatted(body.length(), body)
                                .getBytes(StandardCharsets.UTF_8));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }

            await().until(() -> asking.spending.spent().requests() == 1);
            assertThat(asking.spending.spent().estimated()).isEqualTo(1);
            assertThat(asking.spending.spent().tokens().in()).isEqualTo(100);
        }

        @Test
        void mayFailInItsOwnWords() throws Exception {
            // Longer than what the gateway reads before it passes anything on.
            var midway = new Turn(null, 1, "x".repeat(20_000), List.of(), Failure.Midway.ERROR_MIDWAY, Counts.USUAL);
            var server = model(midway);

            assertThat(asking(server).chatStream("hi").body()).contains("out of order");
            assertThat(server.asked()).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(strings = {"/v1/chat/completions", "/v1/responses", "/v1/messages"})
        void hasEndedWhenItsProtocolSaysSoWhateverTheConnectionDoes(String path) throws Exception {
            var asking = asking(model(Turn.fail(Failure.Midway.LINGER).using(new Counts(7, 3, 2, true))));

            String answer = asking.post(path, chatBody("hi", true)).body();

            assertThat(answer).endsWith("\n\n").doesNotContain("cut off:");
            asking.gateway.close();
            assertThat(asking.spending.spent().tokens()).isEqualTo(new Tokens(7, 3, 2, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatNobodyCountsIsEstimated(boolean stream) throws Exception {
        var asking = asking(model(Turn.say("hello, this is a longer answer").using(Counts.UNTOLD)));

        asking.post("/v1/chat/completions", chatBody("x".repeat(400), stream));
        asking.gateway.close();

        assertThat(asking.spending.spent().estimated()).isEqualTo(1);
        assertThat(asking.spending.spent().tokens().in()).isBetween(100L, 150L);
        assertThat(asking.spending.spent().tokens().out()).isPositive();
    }

    @Test
    void aTooLargeAnswerIsNotRead() throws Exception {
        var server = model(Turn.say("x".repeat(100_000)).times(0));
        var asking = asking(gateways(upstreams(upstream(server)), IMPATIENT), unlimited());

        assertThat(asking.chat("hi").statusCode()).isEqualTo(502);
    }

    @Test
    void anEndpointThatCannotBeReachedIsTheOperatorsMatter() throws Exception {
        var server = model();
        server.close();
        var asking = asking(gateways(upstreams(upstream(server)), IMPATIENT), unlimited());

        assertThat(asking.chat("hi").statusCode()).isEqualTo(502);
        assertThat(asking.gateway.hindrance()).get().asString().contains("ConnectException");
    }

    private static Terms unlimited() {
        return new Terms("", new Spending(UNLIMITED), inAMinute());
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void neitherPromptNorAnswerNorKeyIsLogged(CapturedOutput log) throws Exception {
        var server = model(
                Turn.fail(429, "canary-words " + KEY),
                Turn.fail(500, "canary-words " + KEY),
                Turn.fail(new Failure.Raw(200, Map.of(), "canary-words " + KEY)),
                Turn.say("canary-words"),
                Turn.fail(401, "canary-words " + KEY));
        var asking = asking(server);

        asking.chat("canary-words");
        asking.chat("canary-words");
        asking.post("/v1/chat/completions", "{\"model\": \"canary-words");
        asking.gateway.close();

        assertThat(server.asked()).hasSize(5);
        assertThat(log).contains("HTTP 429", "HTTP 500").doesNotContain("canary-words", KEY);
    }
}
