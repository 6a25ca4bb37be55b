package dev.millrace.worker.model.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.millrace.scripted.Failure;
import dev.millrace.scripted.ScriptedModel;
import dev.millrace.scripted.Turn;
import dev.millrace.worker.model.upstream.Tokens;
import dev.millrace.worker.model.upstream.Upstream;
import dev.millrace.worker.model.upstream.Upstreams;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;

/** Asking from within the worker: the same upstreams, meter, budget, waits and switch as by the door. */
class ChatTest extends GatewayFixture {
    private static final ArrayNode TOOLS = (ArrayNode) JSON.readTree("[{\"type\": \"function\"}]");

    private final Spending spending = new Spending(UNLIMITED);

    @Nested
    class AnAnswer {
        @Test
        void comesFromTheUpstreamWithItsKeyAndItsNameForTheModel() throws Exception {
            var server = model(Turn.say("hello"));

            assertThat(chat(server).ask(messages("hi"), TOOLS)).isInstanceOfSatisfying(Chat.Answered.class, answer -> {
                assertThat(answer.message().path("content").asString()).isEqualTo("hello");
                assertThat(answer.cut()).isFalse();
                assertThat(answer.used()).isEqualTo(new Tokens(100, 10, 40, 0));
            });

            var asked = server.asked().getFirst();
            assertThat(asked.header("authorization")).isEqualTo("Bearer " + KEY);
            assertThat(asked.body()).isEqualTo(JSON.readTree("""
                    {"model": "model-of-the-house", "messages": [{"role": "user", "content": "hi"}],
                     "tools": [{"type": "function"}]}
                    """));
            assertThat(spending.spent().tokens()).isEqualTo(new Tokens(100, 10, 40, 0));
            assertThat(spending.spent().costMicros()).isEqualTo(32);
        }

        @Test
        void isOfTheModelThatTheTaskNames() throws Exception {
            var server = model(Turn.say("hello"));
            var upstreams = upstreams(upstream("house", server.baseUrl(), Map.of("*", "*"), Duration.ofMillis(1)));

            gateways(upstreams, LIMITS)
                    .chat(new Terms("another", spending, inAMinute()))
                    .ask(messages("hi"), TOOLS);

            assertThat(server.asked().getFirst().model()).isEqualTo("another");
        }

        @Test
        void keepsItsNumbersAsTheyAreWritten() throws Exception {
            var server = model(
                    Turn.fail(
                            new Failure.Raw(
                                    200,
                                    Map.of(),
                                    "{\"choices\": [{\"message\": {\"content\": \"a\", \"weight\": 1.50, \"big\": 12345678901234567890}}]}")));

            assertThat(chat(server).ask(messages("hi"), TOOLS))
                    .isInstanceOfSatisfying(
                            Chat.Answered.class,
                            answer -> assertThat(answer.message())
                                    .hasToString("{\"content\":\"a\",\"weight\":1.50,\"big\":12345678901234567890}"));
        }

        @ParameterizedTest
        @CsvSource({"length, true", "max_tokens, true", "stop, false", "tool_calls, false"})
        void saysWhetherItWasCutOff(String finish, boolean cut) throws Exception {
            var server = model(Turn.fail(new Failure.Raw(
                    200,
                    Map.of(),
                    "{\"choices\": [{\"finish_reason\": \"%s\", \"message\": {\"content\": \"a\"}}]}"
                            .formatted(finish))));

            assertThat(chat(server).ask(messages("hi"), TOOLS))
                    .isInstanceOfSatisfying(
                            Chat.Answered.class,
                            answer -> assertThat(answer.cut()).isEqualTo(cut));
        }

        @Test
        void comesThoughThereIsHalfACharacterInTheConversation() throws Exception {
            var server = model(Turn.say("hello"));

            chat(server).ask(messages("a\ud83d"), TOOLS);

            assertThat(server.asked().getFirst().lastMessage()).contains("a?");
        }
    }

    @Nested
    class NoAnswer {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "This model's maximum context length is 8192 tokens.",
                    "prompt is too long: 200001 tokens > 200000 maximum",
                    "invalid params, context window exceeds limit (2013)"
                })
        void isToldApartIfTheConversationIsTooLong(String text) throws Exception {
            var chat = chat(model(Turn.fail(400, text), Turn.fail(500, text), Turn.fail(413, "large")));

            assertThat(chat.ask(messages("hi"), TOOLS)).isInstanceOf(Chat.TooLong.class);
            assertThat(chat.ask(messages("hi"), TOOLS)).isInstanceOf(Chat.TooLong.class);
            assertThat(chat.ask(messages("hi"), TOOLS)).isInstanceOf(Chat.TooLong.class);
        }

        @Test
        void isAskedForWithAConversationThatIsTooLarge() throws Exception {
            var server = model();

            assertThat(chat(server).ask(messages("x".repeat(2 << 20)), TOOLS)).isInstanceOf(Chat.TooLong.class);
            assertThat(server.asked()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(ints = {400, 404, 422})
        void isGivenToARequestThatTheProviderRefuses(int status) throws Exception {
            var server = model(Turn.fail(status, "not\nthat"));

            assertThat(chat(server).ask(messages("hi"), TOOLS))
                    .isEqualTo(new Chat.Refused(status, "HTTP %d: not that".formatted(status)));
            assertThat(server.asked()).hasSize(1);
        }

        @Test
        void isThereForAModelThatNoUpstreamHas() throws Exception {
            var upstreams = upstreams(upstream("house", "http://127.0.0.1:1", Map.of("m", "m"), Duration.ofMillis(1)));

            assertThat(gateways(upstreams, LIMITS)
                            .chat(new Terms("another", spending, inAMinute()))
                            .ask(messages("hi"), TOOLS))
                    .isInstanceOfSatisfying(
                            Chat.Refused.class,
                            refused -> assertThat(refused.why()).contains("no upstream of this worker has a model"));
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void isTheOperatorsMatterIfThereIsNoModel(boolean endpoint) throws Exception {
            Upstream nameless = upstream("house", "http://127.0.0.1:1", Map.of("*", "*"), Duration.ofMillis(1));
            var upstreams = new Upstreams(endpoint ? List.of(nameless) : List.of(), Map.of());

            assertThat(gateways(upstreams, LIMITS)
                            .chat(new Terms("", spending, inAMinute()))
                            .ask(messages("hi"), TOOLS))
                    .isInstanceOfSatisfying(
                            Chat.Hindered.class,
                            hindered -> assertThat(hindered.why())
                                    .isInstanceOf(Hindrance.Unavailable.class)
                                    .asString()
                                    .contains("LLM_BASE_URL", "LLM_MODEL", "LLM_API_KEY"));
        }

        @Test
        void isTheOperatorsMatterIfItIsTheKey() throws Exception {
            assertThat(chat(model(Turn.fail(401, "no " + KEY))).ask(messages("hi"), TOOLS))
                    .isInstanceOfSatisfying(
                            Chat.Hindered.class,
                            hindered -> assertThat(hindered.why())
                                    .isInstanceOf(Hindrance.Unavailable.class)
                                    .asString()
                                    .contains("LLM_API_KEY", "HTTP 401: no …")
                                    .doesNotContain(KEY));
        }

        @Test
        void isToBeHadOnceTheBudgetIsUsedUp() throws Exception {
            var server = model(Turn.say("hello").times(0));
            var chat = gateways(upstreams(upstream(server)), LIMITS)
                    .chat(new Terms("", new Spending(new Budget(1, 1000, 1000)), inAMinute()));
            chat.ask(messages("hi"), TOOLS);

            assertThat(chat.ask(messages("hi"), TOOLS))
                    .isInstanceOfSatisfying(
                            Chat.Hindered.class,
                            hindered -> assertThat(hindered.why()).isInstanceOf(Hindrance.OverBudget.class));
            assertThat(server.asked()).hasSize(1);
        }

        @Test
        void isWaitedForBeyondTheTimeThatThereIs() throws Exception {
            var server = model(Turn.fail(Failure.Midway.STALL));

            assertThat(gateways(upstreams(upstream(server)), LIMITS)
                            .chat(new Terms("", spending, Instant.now().plusMillis(300)))
                            .ask(messages("hi"), TOOLS))
                    .isEqualTo(new Chat.Hindered(new Hindrance.OutOfTime()));
        }

        @Test
        void isWaitedForIfTheEndpointIsBusyForLonger() throws Exception {
            var server = model(Turn.fail(new Failure.Status(429, Map.of("Retry-After", "20"), "slow down")));

            assertThat(gateways(upstreams(upstream(server)), LIMITS)
                            .chat(new Terms("", spending, Instant.now().plusSeconds(5)))
                            .ask(messages("hi"), TOOLS))
                    .isInstanceOfSatisfying(
                            Chat.Hindered.class,
                            hindered -> assertThat(hindered.why()).isInstanceOf(Hindrance.BackPressure.class));
        }

        @Test
        void isAStreamThatNobodyAskedFor() throws Exception {
            var server = model(Turn.fail(new Failure.Raw(
                    200, Map.of("Content-Type", "text/event-stream"), "data: {\"choices\": []}\n\ndata: [DONE]\n\n")));

            assertThat(chat(server).ask(messages("hi"), TOOLS)).isInstanceOf(Chat.Hindered.class);
        }
    }

    @Nested
    class WhileItIsUnderWay {
        @ParameterizedTest
        @EnumSource(
                names = {"STALL", "STALL_MIDWAY"},
                value = Failure.Midway.class)
        void anInterruptGivesItUp(Failure.Midway midway) throws Exception {
            var server = model(Turn.fail(midway));
            var chat = chat(server);
            var thread = Thread.currentThread();
            var interrupter = Thread.ofVirtual().start(() -> {
                await().until(() -> server.asked().size() == 1);
                thread.interrupt();
            });

            assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> chat.ask(messages("hi"), TOOLS));
            interrupter.join();
        }

        @Test
        void theSwitchEndsItAndLeavesItsThreadAlone() throws Exception {
            var server = model(Turn.fail(Failure.Midway.STALL));
            var chat = chat(server);
            var stopper = Thread.ofVirtual().start(() -> {
                await().until(() -> server.asked().size() == 1);
                stop.stop("the bill");
            });

            assertThat(chat.ask(messages("hi"), TOOLS)).isEqualTo(new Chat.Hindered(new Hindrance.Stopped("the bill")));
            stopper.join();
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    private Chat chat(ScriptedModel server) {
        return gateways(upstreams(upstream(server)), LIMITS).chat(new Terms("", spending, inAMinute()));
    }

    private static ArrayNode messages(String text) {
        var messages = JSON.createArrayNode();
        messages.addObject().put("role", "user").put("content", text);
        return messages;
    }
}
