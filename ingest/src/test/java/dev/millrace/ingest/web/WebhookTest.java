package dev.millrace.ingest.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

@SpringBootTest(
        classes = IngestApp.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.threads.virtual.enabled=true",
            "millrace.ingest.who.per-user=10000",
            "millrace.ingest.who.per-issue=10000",
            "server.tomcat.connection-timeout=500ms",
            "millrace.ingest.webhook.secret-file=src/test/resources/webhook-secret",
            "millrace.ingest.webhook.answer-within=2s",
        })
@ExtendWith(OutputCaptureExtension.class)
class WebhookTest {
    private static final String COMMENT = """
            {"action": "created", "is_pull": false,
             "issue": {"number": 2, "title": "It breaks", "body": "When I press it.", "labels": null},
             "comment": {"id": 20, "user": {"login": "bob"}, "body": "@agent-bot fix it"},
             "repository": {"full_name": "Alice/demo2"}, "sender": {"login": "bob"}}""";

    @LocalServerPort
    private int port;

    @Autowired
    private FakeBroker broker;

    @Autowired
    private FakeGitea forge;

    @BeforeEach
    void calm() {
        broker.calm();
        forge.reset();
    }

    @Nested
    class ATrigger {
        @Test
        void isAnsweredWithItsTask() {
            var answer = comment(COMMENT);

            assertThat(answer.status()).isEqualTo(202);
            String id = broker.onlyTask().getTaskId();
            assertThat(answer.body()).isEqualTo("{\"taskId\":\"%s\"}".formatted(id));
        }

        @Test
        void isPublishedByRepositoryWithItsHeaders() {
            comment(COMMENT);

            var sent = broker.sent().getFirst();
            assertThat(sent.topic()).isEqualTo("millrace.requests");
            assertThat(sent.key()).isEqualTo("alice/demo2");
            assertThat(FakeBroker.header(sent, "ce_type")).isEqualTo("dev.millrace.TaskRequest");
            assertThat(FakeBroker.header(sent, "ce_source")).isEqualTo("/millrace/ingest");
            assertThat(FakeBroker.header(sent, "ce_subject"))
                    .isEqualTo(broker.onlyTask().getTaskId());
        }

        @Test
        void goesOnWithTheTraceThatItCameWith() {
            var headers = headers(COMMENT);
            headers.put("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            deliver(headers, COMMENT);
            headers.put("traceparent", "00-nonsense");
            assertThat(deliver(headers, COMMENT).status()).isEqualTo(202);

            assertThat(FakeBroker.header(broker.sent().getFirst(), "traceparent"))
                    .startsWith("00-0af7651916cd43dd8448eb211c80319c-")
                    .doesNotContain("b7ad6b7169203331");
            assertThat(FakeBroker.header(broker.sent().getLast(), "traceparent"))
                    .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01")
                    .doesNotContain("0af7651916cd43dd8448eb211c80319c");
        }

        @Test
        void isAnsweredOnlyWhenTheBrokerHasIt() {
            broker.is(FakeBroker.Mood.IS_SILENT);
            var answer = new Gateway(port).deliverLater(headers(COMMENT), COMMENT.getBytes(UTF_8));
            await().until(() -> !broker.sent().isEmpty());
            assertThat(answer).isNotDone();

            broker.acknowledge();

            assertThat(answer.join().status()).isEqualTo(202);
        }

        @Test
        void repeatedAThousandTimesIsOneTask() {
            var answers = new HashSet<String>();
            for (int i = 0; i < 1000; i++) {
                answers.add(comment(COMMENT).body());
            }

            assertThat(answers).hasSize(1);
        }

        @Test
        void leavesOneLineInTheLogAndNoneOfItsText(CapturedOutput output) {
            comment(COMMENT);

            assertThat(output.toString().lines().filter(line -> line.contains("delivery 1a6310d0")))
                    .singleElement()
                    .asString()
                    .contains("issue_comment: task " + broker.onlyTask().getTaskId())
                    .containsPattern("texts sha256:[0-9a-f]{16}");
            assertThat(output.toString()).doesNotContain("fix it").doesNotContain("When I press");
        }

        @Test
        void isHeardAtOnceWhereItWasSaid() {
            comment(COMMENT);

            await().until(() -> forge.written().equals(List.of("EYES on comment 20")));
        }

        @Test
        void isNotHeardBeforeTheBrokerHasIt() {
            broker.is(FakeBroker.Mood.REFUSES);

            comment(COMMENT);

            assertThat(forge.written()).isEmpty();
        }

        @Test
        void ofSomebodyWhoMayNotWriteIsNoneAndIsToldSoOnce(CapturedOutput output) {
            String carols = COMMENT.replace("bob", "carol");

            assertThat(comment(carols).status()).isEqualTo(204);
            await().until(() -> forge.written().size() == 2);
            assertThat(comment(carols).status()).isEqualTo(204);
            await().until(() -> forge.written().size() == 3);

            assertThat(broker.sent()).isEmpty();
            assertThat(forge.written()).element(0).isEqualTo("CONFUSED on comment 20");
            assertThat(forge.written())
                    .element(1)
                    .asString()
                    .startsWith("says Sorry, `carol`, I cannot start anything");
            assertThat(forge.written()).element(2).isEqualTo("CONFUSED on comment 20");
            assertThat(output).contains("refused, carol may not write to Alice/demo2");
        }

        @Test
        void ofTheBotItselfIsNone() {
            assertThat(comment(COMMENT.replace("bob", "Agent-Bot")).status()).isEqualTo(204);
            assertThat(broker.sent()).isEmpty();
        }

        @Test
        void isReadByItsEventTypeOrWithoutOneByItsEvent() {
            assertThat(new Gateway(port)
                            .deliver("issue_comment", "pull_request_comment", COMMENT)
                            .status())
                    .isEqualTo(202);
            assertThat(new Gateway(port).deliver("issue_comment", "", COMMENT).status())
                    .isEqualTo(202);
        }

        @Test
        void makesNoConnectionToWhereItsUrlsPoint() throws IOException {
            try (var trap = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
                String url = "http://127.0.0.1:%d/x".formatted(trap.getLocalPort());
                String hostile = COMMENT.replace(
                        "\"full_name\"",
                        "\"url\": \"%s\", \"html_url\": \"%s\", \"clone_url\": \"%s\", \"full_name\""
                                .formatted(url, url, url));

                assertThat(comment(hostile).status()).isEqualTo(202);

                trap.setSoTimeout(1);
                assertThatThrownBy(trap::accept).isInstanceOf(SocketTimeoutException.class);
                assertThat(broker.onlyTask().toString()).doesNotContain(url);
            }
        }
    }

    @Nested
    class ASignature {
        @Test
        void thatIsMissingIsRefused() {
            var headers = headers(COMMENT);
            headers.keySet().removeIf(name -> name.contains("Signature"));
            refused(401, deliver(headers, COMMENT));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "sha256=", "00", "not hex at all", "é"})
        void thatIsNoneIsRefused(String signature) {
            var headers = headers(COMMENT);
            headers.put("X-Gitea-Signature", signature);
            headers.put("X-Hub-Signature-256", "sha256=" + signature);
            refused(401, deliver(headers, COMMENT));
        }

        @Test
        void inTheOtherHeaderIsTakenToo() {
            var headers = headers(COMMENT);
            headers.remove("X-Gitea-Signature");
            assertThat(deliver(headers, COMMENT).status()).isEqualTo(202);

            headers.put("X-Gitea-Signature", "");
            assertThat(deliver(headers, COMMENT).status()).isEqualTo(202);
        }

        @Test
        void isNoLongerTrueWhenOneBitOfTheBodyFlips() {
            byte[] body = COMMENT.getBytes(UTF_8);
            var headers = headers(COMMENT);
            for (int bit = 0; bit < body.length * 8; bit += 5) {
                byte[] flipped = body.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                refused(401, new Gateway(port).deliver(headers, flipped));
            }
        }

        @Test
        void isNotTrueWhenOneBitOfItFlips() {
            String signature = Gateway.signature(COMMENT.getBytes(UTF_8));
            for (int at = 0; at < signature.length(); at++) {
                for (int bit : new int[] {0, 1, 5}) { // the others give characters that no header may have
                    char[] flipped = signature.toCharArray();
                    flipped[at] ^= (char) (1 << bit);
                    if (flipped[at] <= ' ') {
                        continue;
                    }
                    var headers = headers(COMMENT);
                    headers.put("X-Gitea-Signature", new String(flipped));
                    refused(401, deliver(headers, COMMENT));
                }
            }
        }

        @Test
        void isCheckedBeforeTheBodyIsRead() {
            var headers = headers(COMMENT);
            refused(401, deliver(headers, "no JSON at all"));
            refused(401, deliver(headers, "[".repeat(100_000)));
        }
    }

    @Nested
    class AForm {
        @Test
        void isSignedOverItsDecodedPayload() {
            assertThat(deliver(form(COMMENT), "payload=" + encoded(COMMENT)).status())
                    .isEqualTo(202);
            assertThat(deliver(form(COMMENT), "a=b&payload=" + encoded(COMMENT) + "&c")
                            .status())
                    .isEqualTo(202);
        }

        @Test
        void carriesAnyCharacter() {
            String grown = COMMENT.replace("fix it", "größer + 100% 🦀 & = ?");
            assertThat(deliver(form(grown), "payload=" + encoded(grown)).status())
                    .isEqualTo(202);
            assertThat(broker.onlyTask().getInstruction()).contains("größer + 100% 🦀 & = ?");
        }

        @Test
        void isNotSignedOverItsRawBytes() {
            String form = "payload=" + encoded(COMMENT);
            var headers = headers(form);
            headers.put("Content-Type", "application/x-www-form-urlencoded");
            refused(401, deliver(headers, form));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "payload", "payload=", "payload=%", "payload=%7", "payload=%zz", "other=x", "&&&"})
        void withoutAPayloadIsRefused(String form) {
            refused(401, deliver(form(COMMENT), form));
        }

        @Test
        void isNoLongerTrueWhenOneBitFlips() {
            byte[] body = ("payload=" + encoded(COMMENT)).getBytes(US_ASCII);
            for (int bit = 0; bit < body.length * 8; bit += 7) {
                byte[] flipped = body.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                if (!sameForm(flipped, body)) {
                    refused(401, new Gateway(port).deliver(form(COMMENT), flipped));
                }
            }
        }

        /** The case of a hex digit says nothing. */
        private boolean sameForm(byte[] one, byte[] other) {
            return new String(one, US_ASCII).equalsIgnoreCase(new String(other, US_ASCII))
                    && new String(one, US_ASCII).startsWith("payload=")
                    && decoded(one).equals(decoded(other));
        }

        private String decoded(byte[] form) {
            return URLDecoder.decode(new String(form, US_ASCII), UTF_8);
        }

        private Map<String, String> form(String payload) {
            var headers = headers(payload);
            headers.put("Content-Type", "application/x-www-form-urlencoded");
            return headers;
        }

        private String encoded(String payload) {
            return URLEncoder.encode(payload, UTF_8);
        }
    }

    @Nested
    class ABody {
        @ParameterizedTest
        @ValueSource(strings = {"text/plain", "application/xml", "multipart/form-data; boundary=x", "nonsense", "*/*"})
        void ofAnotherTypeIsRefused(String type) {
            var headers = headers(COMMENT);
            headers.put("Content-Type", type);
            refused(415, deliver(headers, COMMENT));
        }

        @Test
        void ofNoTypeIsRefused() {
            var headers = headers(COMMENT);
            headers.remove("Content-Type");
            refused(415, deliver(headers, COMMENT));
        }

        @Test
        void ofJsonWithACharsetIsTaken() {
            var headers = headers(COMMENT);
            headers.put("Content-Type", "application/json; charset=utf-8");
            assertThat(deliver(headers, COMMENT).status()).isEqualTo(202);
        }

        @Test
        void thatSaysThatItIsHugeIsRefusedUnread() throws IOException {
            assertThat(raw("Content-Length: 1073741824", "")).startsWith("HTTP/1.1 413");
        }

        @Test
        void thatGrowsBeyondTheLimitInChunksIsRefused() {
            byte[] body = new byte[(2 << 20) + 1];
            refused(413, new Gateway(port).deliverChunked(headers(COMMENT), body));
        }

        @Test
        void ofExactlyTheLimitIsTaken() {
            String full = COMMENT + " ".repeat((2 << 20) - COMMENT.length());
            assertThat(comment(full).status()).isEqualTo(202);
            refused(413, comment(full + " "));
            assertThat(new Gateway(port)
                            .deliverChunked(headers(full), full.getBytes(UTF_8))
                            .status())
                    .isEqualTo(202);
        }

        @Test
        void thatStopsComingIsRefused() throws IOException {
            assertThat(raw("Content-Length: 1000", "{")).startsWith("HTTP/1.1 408");
        }

        @Test
        void thatIsNoChunksIsRefused() throws IOException {
            assertThat(raw("Transfer-Encoding: chunked", "zz\r\n{}\r\n")).startsWith("HTTP/1.1 400");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "{",
                    "nonsense",
                    "[]",
                    "1",
                    "null",
                    "\"x\"",
                    "{} {}",
                    "{}}",
                    "{\"a\":1,\"a\":2}",
                    "{a:1}"
                })
        void thatIsNoJsonObjectIsRefused(String json) {
            refused(400, comment(json));
            refused(400, new Gateway(port).deliver("push", "push", json));
        }

        @Test
        void thatIsTooDeepIsRefused() {
            // Well-formed, so that nothing but its depth is wrong with it.
            String lists = "[".repeat(100_000) + "]".repeat(100_000);
            String objects = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
            for (String deep : new String[] {lists, objects}) {
                refused(400, comment(COMMENT.replace("\"is_pull\"", "\"deep\": %s, \"is_pull\"".formatted(deep))));
                refused(400, new Gateway(port).deliver("push", "push", "{\"deep\": %s}".formatted(deep)));
            }
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                        "action": "created",                | action
                        "number": 2,                        | issue.number
                        "id": 20,                           | comment.id
                        , "sender": {"login": "bob"}        | sender
                        "full_name": "Alice/demo2"          | repository.full_name
                        "user": {"login": "bob"},           | comment.user
                        """)
        void thatLacksAFieldIsRefusedByItsName(String left, String name) {
            assertThat(COMMENT).contains(left);
            var answer = comment(COMMENT.replace(left, ""));

            refused(400, answer);
            assertThat(answer.body()).contains(name);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"../x", "a/b/c", "alice", "alice/..", "alice/x.git", "alice/de mo", "http://x/y", "a/b?c"})
        void ofNoRepositoryIsRefused(String name) {
            refused(400, comment(COMMENT.replace("Alice/demo2", name)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"../bob", "bob/", "b ob", "?x", ".", ""})
        void ofNobodyIsRefused(String login) {
            refused(
                    400,
                    comment(COMMENT.replace(
                            "\"sender\": {\"login\": \"bob\"}", "\"sender\": {\"login\": \"%s\"}".formatted(login))));
        }

        @Test
        void withoutAnEventIsRefused() {
            var headers = headers(COMMENT);
            headers.remove("X-Gitea-Event");
            refused(400, deliver(headers, COMMENT));
        }
    }

    @Nested
    class WhenSomethingIsAway {
        @ParameterizedTest
        @EnumSource(names = {"REFUSES", "IS_SILENT"})
        void theBroker(FakeBroker.Mood mood) {
            broker.is(mood);

            later(comment(COMMENT));
        }

        @ParameterizedTest
        @EnumSource(names = {"IS_AWAY", "REFUSES", "HANGS", "IS_BROKEN"})
        void theForge(FakeGitea.Mood mood) {
            forge.is(mood);

            later(comment(COMMENT.replace("bob", "somebody-" + mood)));
            assertThat(broker.sent()).isEmpty();
        }

        @Test
        void whatIsNoTriggerIsStillAnswered() {
            broker.is(FakeBroker.Mood.REFUSES);
            forge.is(FakeGitea.Mood.HANGS);

            assertThat(new Gateway(port).deliver("push", "push", "{}").status()).isEqualTo(204);
        }

        private void later(Gateway.Answer answer) {
            refused(503, answer);
            assertThat(answer.headers()).containsEntry("retry-after", "10");
        }
    }

    private Gateway.Answer comment(String payload) {
        return new Gateway(port).deliver("issue_comment", "issue_comment", payload);
    }

    private Gateway.Answer deliver(Map<String, String> headers, String body) {
        return new Gateway(port).deliver(headers, body.getBytes(UTF_8));
    }

    private static Map<String, String> headers(String payload) {
        return new HashMap<>(Gateway.headers("issue_comment", "issue_comment", payload.getBytes(UTF_8)));
    }

    private static void refused(int status, Gateway.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.isProblem()).as(answer.toString()).isTrue();
    }

    /** Sends what no decent client would, and returns how the answer begins. */
    private String raw(String length, String body) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            String head = "POST /webhooks/gitea HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "X-Gitea-Event: push\r\nX-Gitea-Signature: 00\r\n" + length + "\r\n\r\n";
            socket.getOutputStream().write((head + body).getBytes(US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(12);
            return new String(answer, US_ASCII);
        }
    }
}
