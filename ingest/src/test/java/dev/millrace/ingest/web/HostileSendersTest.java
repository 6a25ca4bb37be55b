package dev.millrace.ingest.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Senders who know no secret and mean no good. */
@SpringBootTest(
        classes = IngestApp.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.threads.virtual.enabled=true",
            "millrace.ingest.who.per-user=1000000",
            "millrace.ingest.who.per-issue=1000000",
            "millrace.ingest.webhook.secret-file=src/test/resources/webhook-secret",
            "millrace.ingest.webhook.answer-within=1m",
            "server.tomcat.connection-timeout=1m"
        })
class HostileSendersTest {
    private static final long GIB = 1L << 30;
    private static final int PART = 1 << 20;
    private static final long MOST_MEMORY = 16L << 20;
    private static final String COMMENT = """
            {"action": "created", "is_pull": false,
             "issue": {"number": 2, "title": "It breaks", "body": "When I press it.", "labels": null},
             "comment": {"id": NUMBER, "user": {"login": "bob"}, "body": "@agent-bot fix it"},
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

    private Socket connected() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void head(Socket socket, String more) throws IOException {
        String head = "POST /webhooks/gitea HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "X-Gitea-Event: push\r\n" + more + "\r\n";
        socket.getOutputStream().write(head.getBytes(ISO_8859_1));
    }

    private static long live() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Unsigned, or with a signature that cannot be right; with a length that says it, or in chunks that do not. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1073741824\r\n",
                "Content-Length: 1073741824\r\nX-Gitea-Signature: 00\r\n",
                "Transfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nX-Gitea-Signature: 00\r\n"
            })
    void aBodyOfOneGibibyteTakesNoMemory(String headers) throws IOException {
        long before = live();
        long most = 0;
        try (var socket = connected()) {
            head(socket, headers);
            byte[] part = headers.contains("chunked") ? chunk() : new byte[PART];
            long sent = 0;
            while (sent < GIB) {
                socket.getOutputStream().write(part);
                sent += PART;
                if (sent % (16 * PART) == 0) {
                    most = Math.max(most, live() - before);
                }
            }
        } catch (IOException hungUp) {
            // Nobody has to listen to the end.
            assertThat(hungUp).hasMessageMatching("(?i).*(broken pipe|reset|closed).*");
        }
        most = Math.max(most, live() - before);

        assertThat(most).isLessThan(MOST_MEMORY);
        assertThat(broker.sent()).isEmpty();
    }

    private static byte[] chunk() {
        byte[] head = (Integer.toHexString(PART) + "\r\n").getBytes(ISO_8859_1);
        byte[] chunk = new byte[head.length + PART + 2];
        System.arraycopy(head, 0, chunk, 0, head.length);
        chunk[chunk.length - 2] = '\r';
        chunk[chunk.length - 1] = '\n';
        return chunk;
    }

    @Test
    void fiveHundredWhoNeverFinishDoNotKeepOthersWaiting() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                var socket = connected();
                slow.add(socket);
                head(socket, "Content-Length: 4096\r\nX-Gitea-Signature: " + "0".repeat(64) + "\r\n");
                socket.getOutputStream().write('{');
            }
            for (int id = 1; id <= 50; id++) {
                byte[] body = COMMENT.replace("NUMBER", Integer.toString(id)).getBytes(UTF_8);
                var headers = Gateway.headers("issue_comment", "issue_comment", body);
                assertThat(new Gateway(port).deliver(headers, body).status()).isEqualTo(202);
            }
            // They are all still being listened to: none was put off for the others' sake.
            for (var socket : slow) {
                assertThat(socket.getInputStream().available()).isZero();
                socket.getOutputStream().write(' ');
            }
        } finally {
            for (var socket : slow) {
                socket.close();
            }
        }
    }
}
