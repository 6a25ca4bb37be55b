package dev.millrace.worker.model.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.scripted.Turn;
import dev.millrace.worker.model.upstream.Upstreams;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
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
        for (String odd : List.of("x=%23", "key=mine", "api_token=mine", "GroupId=7", "x=1?y=2", "x=/../y")) {
            asking.post("/v1/messages?" + odd, chatBody("hi", false));
        }

        assertThat(server.asked().getFirst().path()).isEqualTo("/v1/messages?beta=true");
        assertThat(server.asked().subList(1, 7))
                .allSatisfy(asked -> assertThat(asked.path()).isEqualTo("/v1/messages"));
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: %2$d\r\nTransfer-Encoding: chunked\r\n\r\n%1$x\r\n%3$s\r\n0\r\n\r\n",
                "Content-Length: %1$d\r\nAuthorization: Bearer mine\r\nX-Api-Key: mine\r\n x-folded: mine\r\n\r\n%3$s",
                "Content-Length: %1$d\r\nConnection: X-Odd, X-Other\r\nX-Odd: mine\r\nHost: mine\r\n\r\n%3$s"
            })
    void whatGoesOnIsOneRequestOfTheWorkersWhateverTheHeadSays(String rest) throws Exception {
        var server = model(Turn.say("hello").times(0));
        String body = chatBody("hi", false);

        raw(
                asking(server),
                ("POST http://mine/v1/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + rest)
                        .formatted(body.length(), body.length() + 40, body));

        assertThat(server.asked()).hasSize(1).allSatisfy(asked -> {
            assertThat(asked.path()).isEqualTo("/v1/messages");
            assertThat(asked.header("x-api-key")).isEqualTo(KEY);
            assertThat(asked.headers()).doesNotContainKeys("authorization", "transfer-encoding", "x-odd", "x-folded");
            assertThat(asked.headers().values()).doesNotContain("mine");
            assertThat(asked.raw()).isEqualTo(body.replace("\"m\"", "\"model-of-the-house\""));
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"messages\": [{\"content\": [{\"image_url\": {\"url\": \"data:image/png;base64,AAAA\"}}]}]",
                "\"messages\": [{\"content\": [{\"type\": \"tool_use\", \"input\": {\"source\": {\"url\": \"https://a.b\"}}}]}]",
                "\"messages\": [{\"content\": \"see https://a.b and image_url\"}], \"metadata\": {\"url\": \"https://a.b\"}",
                "\"tools\": [{\"type\": \"function\", \"parameters\": {\"properties\": {\"image_url\": {\"url\": \"x\"}}}}]",
                "\"messages\": [[[{}]], null, 1, true]"
            })
    void wordsAboutAddressesGoOn(String member) throws Exception {
        var server = model(Turn.say("hello"));

        assertThat(asking(server)
                        .post("/v1/messages", "{\"model\": \"m\", %s, \"stream\": false}".formatted(member))
                        .body())
                .contains("hello");
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

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Transfer-Encoding: gzip, chunked",
                    "Transfer-Encoding: identity, deflate",
                    "Content-Encoding: gzip",
                    "Content-Length: -1",
                    "Content-Length: 5\r\nContent-Length: 6",
                    "Content-Length: 0x10",
                    "Content-Length: 99999999999999999999"
                })
        void bodiesThatItCannotMeasure(String header) throws Exception {
            var server = model(Turn.say("hello").times(0));

            String answer = raw(
                    asking(server),
                    "POST /v1/messages HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n%s".formatted(header, chatBody("hi", false)));

            assertThat(answer).doesNotContain("HTTP/1.1 200");
            assertThat(server.asked()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "/v1/chat/completions | \"messages\": [{\"content\": [{\"image_url\": {\"url\": \"%s\"}}]}]",
                    "/v1/chat/completions | \"messages\": [{\"content\": [{\"image\\u005furl\": \"%s\"}]}]",
                    "/v1/responses        | \"input\": [{\"content\": [{\"type\": \"input_image\", \"image_url\": \"%s\"}]}]",
                    "/v1/responses        | \"tools\": [{\"type\": \"function\"}, {\"type\": \"mcp\", \"server_label\": \"%s\"}]",
                    "/v1/responses        | \"tools\": [{\"server_url\": \"%s\", \"type\": \"other\"}]",
                    "/v1/messages         | \"messages\": [{\"content\": [{\"source\": {\"type\": \"url\", \"url\": \"%s\"}}]}]",
                    "/v1/messages         | \"tools\": [{\"type\": \"web_fetch_20250910\", \"name\": \"%s\"}]",
                    "/v1/messages         | \"mcp_servers\": [{\"type\": \"url\", \"url\": \"%s\"}]"
                })
        void whatWouldHaveTheProviderReachOut(String path, String member) throws Exception {
            var server = model(Turn.say("hello").times(0));

            HttpResponse<String> answer = asking(server)
                    .post(
                            path,
                            "{\"model\": \"m\", %s}".formatted(member.formatted("https://mine.example/?all=of-it")));

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("reach out of this sandbox").doesNotContain("mine.example");
            assertThat(server.asked()).isEmpty();
        }

        @Test
        void moreLinesThanAHeadHas() throws Exception {
            var server = model(Turn.say("hello").times(0));

            String answer = raw(
                    asking(server), "GET /v1/models HTTP/1.1\r\nHost: x\r\n%s\r\n".formatted("X: y\r\n".repeat(200)));

            assertThat(answer).doesNotContain("HTTP/1.1 200");
        }

        @Test
        void moreThanItHasMemoryForUntilSomeOfItIsThrough() throws Exception {
            var quick = new GatewayLimits(
                    64 * 1024, 16, Duration.ofMinutes(1), Duration.ofMillis(200), Duration.ofMinutes(1), 0);
            var asking = asking(
                    gateways(upstreams(upstream(model(Turn.say("hello").times(0)))), quick),
                    new Terms("", new Spending(UNLIMITED), inAMinute()));
            URI address = URI.create(asking.url);
            var slow = new ArrayList<Socket>();
            for (int i = 0; i < 4; i++) {
                var socket = new Socket(address.getHost(), address.getPort());
                socket.getOutputStream()
                        .write("POST /v1/messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"
                                .getBytes(ISO_8859_1));
                slow.add(socket);
            }

            await().until(() -> asking.chat("hi").statusCode() == 503);
            assertThat(asking.chat("hi").body()).contains("too much is being asked at once");

            for (Socket socket : slow) {
                socket.close();
            }
            await().until(() -> asking.chat("hi").statusCode() == 200);
        }

        private static void exchange(Socket socket, String request) throws Exception {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
    }
}
