package dev.millrace.worker.model.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.scripted.Counts;
import dev.millrace.scripted.Failure;
import dev.millrace.scripted.Turn;
import dev.millrace.worker.model.upstream.Tokens;
import dev.millrace.worker.model.upstream.Upstreams;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetTest extends GatewayFixture {
    private static final long MUCH = 1_000_000;

    @ParameterizedTest
    @CsvSource({
        // each answer uses 110 tokens and 31.2 micro-USD, of which a part counts as a whole one
        "2, 1000000, 1000000, requests to models",
        "1000000, 220, 1000000, 220 tokens",
        "1000000, 111, 1000000, 111 tokens",
        "1000000, 1000000, 62, $0.000062",
        "1000000, 1000000, 33, $0.000033"
    })
    void onceItIsUsedUpNothingMoreIsAsked(long requests, long tokens, long micros, String what) throws Exception {
        var server = model(Turn.say("hello").times(0));
        var asking = asking(server, new Budget(requests, tokens, micros));

        assertThat(asking.chat("one").statusCode()).isEqualTo(200);
        assertThat(asking.chat("two").statusCode()).isEqualTo(200);
        HttpResponse<String> refused = asking.chat("three");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.headers().firstValue("x-should-retry")).hasValue("false");
        assertThat(json(refused).at("/error/type").asString()).isEqualTo("insufficient_quota");
        assertThat(json(refused).at("/error/message").asString()).contains(what);
        assertThat(server.asked()).hasSize(2);
        assertThat(asking.gateway.hindrance()).get().isInstanceOf(Hindrance.OverBudget.class);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, insufficient_quota",
        "/v1/responses, insufficient_quota",
        "/v1/messages, billing_error"
    })
    void itsEndIsSaidInTheShapeOfTheProtocol(String path, String type) throws Exception {
        var asking = asking(model(), new Budget(0, MUCH, MUCH));

        HttpResponse<String> refused = asking.post(path, chatBody("hi", true));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).at("/error/type").asString()).isEqualTo(type);
    }

    @Test
    void whatFailedCostsNothing() throws Exception {
        var asking = asking(model(Turn.fail(400, "not that"), Turn.say("hello")), new Budget(1, MUCH, MUCH));

        assertThat(asking.chat("one").statusCode()).isEqualTo(400);
        assertThat(asking.chat("two").statusCode()).isEqualTo(200);
    }

    @Test
    void callsThatCouldExceedItTogetherWaitForEachOther() throws Exception {
        // Each uses the whole budget, and does not say beforehand how much it may use.
        var server = model(Turn.say("hello").using(new Counts(100, 10, 0, true)).times(0));
        var asking = asking(server, new Budget(MUCH, 110, MUCH));

        var statuses = new ArrayList<Integer>();
        var answers = new ArrayList<Future<HttpResponse<String>>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                answers.add(threads.submit(() -> asking.chat("hi")));
            }
            for (var answer : answers) {
                statuses.add(answer.get().statusCode());
            }
        }

        assertThat(statuses).containsOnlyOnce(200).contains(400);
        assertThat(server.asked()).hasSize(1);
        assertThat(asking.spending.spent().tokens()).isEqualTo(new Tokens(100, 10, 0, 0));
    }

    @Test
    void callsThatCannotExceedItGoOnSideBySide() throws Exception {
        var server = model(Turn.fail(Failure.Midway.STALL), Turn.say("hello"));
        var asking = asking(server, new Budget(MUCH, MUCH, MUCH));
        String bounded = "{\"model\": \"m\", \"max_tokens\": 1000, \"messages\": []}";

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var stalled = threads.submit(() -> asking.post("/v1/chat/completions", bounded));
            while (server.asked().isEmpty()) {
                Thread.onSpinWait();
            }
            assertThat(asking.post("/v1/chat/completions", bounded).body()).contains("hello");
            assertThat(stalled).isNotDone();
            asking.gateway.close();
        }
    }

    @Test
    void whatWasSpentIsToldWithWhatIsNotInTheSum() throws Exception {
        var server =
                model(Turn.say("hello").using(Counts.UNTOLD), Turn.say("hello").using(new Counts(12_000, 10, 0, true)));
        var upstreams = new Upstreams(upstreams(upstream(server)).all(), Map.of());
        var asking = asking(gateways(upstreams, LIMITS), new Terms("", new Spending(UNLIMITED), inAMinute()));
        asking.chat("x".repeat(400));
        asking.chat("hi");

        assertThat(asking.spending.spent().inWords())
                .startsWith("2 requests to models, 12,")
                .contains(" out, $0.000000; 1 of the answers counted by estimate")
                .endsWith("; without a price, so not in the sum: model-of-the-house");
    }

    @Nested
    class Remainders {
        @Test
        void ofSeveralKindsBecomeTheSmallestOfEach() {
            assertThat(new Budget(1, 20, 300).and(new Budget(10, 2, 3000)).and(Budget.UNLIMITED))
                    .isEqualTo(new Budget(1, 2, 300));
        }

        @Test
        void cannotBeNegative() {
            assertThatIllegalArgumentException().isThrownBy(() -> new Budget(1, -1, 1));
        }
    }
}
