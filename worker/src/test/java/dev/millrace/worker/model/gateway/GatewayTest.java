package dev.millrace.worker.model.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.scripted.Turn;
import dev.millrace.worker.model.upstream.Tokens;
import java.net.http.HttpResponse;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayTest extends GatewayFixture {
    private static final Tokens USUAL = new Tokens(100, 10, 40, 0);

    @Test
    void anAnswerComesThroughAsTheProviderGaveIt() throws Exception {
        var asking = asking(model(Turn.say("hello")));

        HttpResponse<String> response = asking.chat("hi");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).at("/choices/0/message/content").asString()).isEqualTo("hello");
        assertThat(json(response).path("model").asString()).isEqualTo("model-of-the-house");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatEveryProtocolUsedIsMeteredStreamingOrNot(boolean stream) throws Exception {
        var asking = asking(model(Turn.say("hello"), Turn.say("hello"), Turn.say("hello")));
        String body = "{\"model\": \"m\", \"stream\": %s, \"max_tokens\": 5, \"input\": \"hi\"}".formatted(stream);

        for (String path : new String[] {"/v1/chat/completions", "/v1/responses", "/v1/messages"}) {
            assertThat(asking.post(path, body).body()).contains("hello");
        }

        Spent spent = asking.spending.spent();
        assertThat(spent.tokens()).isEqualTo(USUAL.plus(USUAL).plus(USUAL));
        // (60 × 0.30 + 40 × 0.03 + 10 × 1.20) micro-USD, three times
        assertThat(spent.costMicros()).isEqualTo(94);
        assertThat(spent.estimated()).isZero();
        assertThat(spent.unpriced()).isEmpty();
        assertThat(asking.gateway.hindrance()).isEmpty();
    }

    @Test
    void aStreamComesThroughEventByEventWithItsUsageAtTheEnd() throws Exception {
        var asking = asking(model(Turn.say("hello, this is a longer answer")));

        HttpResponse<String> response = asking.chatStream("hi");

        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("text/event-stream");
        assertThat(response.body()).contains("\"usage\":").endsWith("data: [DONE]\n\n");
    }

    @Test
    void aModelWithoutAPriceIsCountedAndNamed() throws Exception {
        var server = model(Turn.say("hello"));
        var elsewhere = new dev.millrace.worker.model.upstream.Upstreams(
                java.util.List.of(upstream(server)), java.util.Map.of());
        var asking = asking(gateways(elsewhere, LIMITS), new Terms("", new Spending(UNLIMITED), inAMinute()));

        asking.chat("hi");

        assertThat(asking.spending.spent()).isEqualTo(new Spent(1, USUAL, 0, 0, Set.of("model-of-the-house")));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, authorization, Bearer sk-of-the-house",
        "/v1/responses, authorization, Bearer sk-of-the-house",
        "/v1/messages, x-api-key, sk-of-the-house"
    })
    void theKeyIsPutOnAndNothingOfTheSandboxsOwnIsLetThrough(String path, String header, String value)
            throws Exception {
        var server = model(Turn.say("hello"));
        var asking = asking(server);

        asking.post(
                path,
                chatBody("hi", false),
                "Authorization",
                "Bearer stolen",
                "x-api-key",
                "stolen",
                "Cookie",
                "session=stolen",
                "OpenAI-Organization",
                "stolen",
                "anthropic-beta",
                "tools-2026");

        var asked = server.asked().getFirst();
        assertThat(asked.headers().toString()).doesNotContain("stolen");
        assertThat(asked.header(header)).isEqualTo(value);
        assertThat(asked.header("anthropic-beta")).isEqualTo("tools-2026");
    }
}
