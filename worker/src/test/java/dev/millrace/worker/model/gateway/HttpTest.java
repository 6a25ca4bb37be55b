package dev.millrace.worker.model.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.scripted.Turn;
import dev.millrace.worker.model.upstream.Upstreams;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The door as programs in a sandbox see it, honest ones and others. */
class HttpTest extends GatewayFixture {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/chat/completions",
                "/chat/completions",
                "/v1/v1/messages",
                "/messages",
                "/v1/messages?beta=true",
                "/responses/"
            })
    void theVersionMayBeLeftOutOrSaidTwice(String path) throws Exception {
        assertThat(asking(model(Turn.say("hello")))
                        .post(path, chatBody("hi", false))
                        .body())
                .contains("hello");
    }

    @Test
    void theQueryGoesOnUnlessItIsOdd() throws Exception {
        var server = model(Turn.say("hello").times(0));
        var asking = asking(server);

        asking.post("/v1/messages?beta=true", chatBody("hi", false));
        asking.post("/v1/messages?x=%23", chatBody("hi", false));

        assertThat(server.asked().get(0).path()).isEqualTo("/v1/messages?beta=true");
        assertThat(server.asked().get(1).path()).isEqualTo("/v1/messages");
    }

    @Test
    void theModelsAreThoseThatTheOperatorNames() throws Exception {
        var upstream =
                upstream("house", "http://127.0.0.1:1/v1", Map.of("gpt", "big", "*", "small"), Duration.ofMillis(1));
        var asking = asking(
                gateways(new Upstreams(List.of(upstream), Map.of()), LIMITS),
                new Terms("", new Spending(UNLIMITED), inAMinute()));

        assertThat(json(asking.get("/v1/models")).at("/data"))
                .extracting(it -> it.path("id").asString())
                .containsExactly("gpt", "small");
        assertThat(json(asking.get("/models/gpt")).path("id").asString()).isEqualTo("gpt");
        assertThat(asking.get("/v1/models/none").statusCode()).isEqualTo(404);
    }

    @Test
    void aPromptIsCountedWithoutAskingAnybody() throws Exception {
        var server = model();

        HttpResponse<String> answer =
                asking(server).post("/v1/messages/count_tokens", chatBody("x".repeat(400), false));

        assertThat(json(answer).path("input_tokens").asInt()).isBetween(100, 150);
        assertThat(server.asked()).isEmpty();
    }

    @Nested
    class Refuses {
        @ParameterizedTest
        @CsvSource({
            "/v1/embeddings, 404, /v1/embeddings is not served here",
            "/v1/chat/completions/../../x, 404, is not served here",
            "/v1/v1/v1/messages, 404, is not served here",
            "/v1/models, 405, by GET only"
        })
        void whatIsNoneOfItsOwn(String path, int status, String why) throws Exception {
            HttpResponse<String> answer = asking(model()).post(path, "{}");

            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(json(answer).at("/error/message").asString()).contains(why);
        }

        @Test
        void toReadWhatIsNotAsked() throws Exception {
            assertThat(asking(model()).get("/v1/chat/completions").statusCode()).isEqualTo(405);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"", "[]", "{\"model\": \"m\"", "{\"model\": 1}", "{}", "{\"model\": \"m\"} x", "secret"})
        void whatIsNoRequest(String body) throws Exception {
            var server = model();

            HttpResponse<String> answer = asking(server).post("/v1/chat/completions", body);

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).doesNotContain("secret");
            assertThat(server.asked()).isEmpty();
        }

        @Test
        void aBodyThatIsPacked() throws Exception {
            assertThat(asking(model())
                            .post("/v1/responses", "{}", "Content-Encoding", "zstd")
                            .statusCode())
                    .isEqualTo(415);
        }

        @Test
        void aBodyThatIsTooLarge() throws Exception {
            var asking = asking(model());

            assertThat(raw(asking, "POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n"))
                    .startsWith("HTTP/1.1 413")
                    .contains("request_too_large");
        }

        @Test
        void aBodyThatDoesNotEnd() throws Exception {
            var asking = asking(model());
            String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";

            assertThat(raw(
                            asking,
                            "POST /v1/messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    + chunk.repeat(20)))
                    .startsWith("HTTP/1.1 413");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "GET /v1/models HTTP/1.1\r\nX: %s\r\n\r\n",
                    "GET /%s HTTP/1.1\r\n\r\n",
                    "%s\r\n\r\n",
                })
        void linesWithoutEnd(String request) throws Exception {
            assertThat(raw(asking(model()), request.formatted("x".repeat(20_000))))
                    .doesNotContain("HTTP/1.1 200");
        }

        @Test
        void whatIsNoHttpAndLivesOn() throws Exception {
            var asking = asking(model(Turn.say("hello")));

            raw(asking, "\u0016\u0003\u0001\u0002\r\n\r\n");

            assertThat(asking.chat("hi").body()).contains("hello");
        }

        @Test
        void moreConnectionsThanItHasRoomFor() throws Exception {
            var one =
                    new GatewayLimits(1024, 1, Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1), 0);
            var asking = asking(gateways(upstreams(), one), new Terms("", new Spending(UNLIMITED), inAMinute()));
            URI address = URI.create(asking.url);

            try (var first = new Socket(address.getHost(), address.getPort())) {
                exchange(first, "GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n");
                try (var second = new Socket(address.getHost(), address.getPort())) {
                    assertThat(second.getInputStream().read()).isEqualTo(-1);
                }
            }
        }

        private static void exchange(Socket socket, String request) throws Exception {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
    }
}
