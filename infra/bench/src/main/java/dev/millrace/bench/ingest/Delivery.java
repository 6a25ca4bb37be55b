package dev.millrace.bench.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signed deliveries of comments, each 4 KiB long and unlike all others: other person, other issue, other comment. */
final class Delivery {
    static final String SECRET = "only-for-a-benchmark-0123456789";
    static final String HMAC = "HmacSHA256";

    private static final int LENGTH = 4096;
    private static final AtomicLong COUNT = new AtomicLong();
    private static final String BODY = """
            {"action":"created","issue":{"id":%1$d,"number":%1$d,"title":"Add","body":"","user":{"login":"user%1$d"},\
            "labels":[],"state":"open","pull_request":null},"comment":{"id":%1$d,"body":"%2$s",\
            "user":{"id":%1$d,"login":"user%1$d","username":"user%1$d"}},"repository":{"id":1,"full_name":"alice/demo2"},\
            "sender":{"id":%1$d,"login":"user%1$d","username":"user%1$d"},"is_pull":false,"padding":"%3$s"}""";

    private Delivery() {}

    /** The next one, as it goes over the wire. */
    static byte[] next(String comment) {
        long number = COUNT.incrementAndGet();
        int fixed = BODY.formatted(number, comment, "").getBytes(UTF_8).length;
        byte[] body =
                BODY.formatted(number, comment, "x".repeat(LENGTH - fixed)).getBytes(UTF_8);
        String head = """
                POST /webhooks/gitea HTTP/1.1\r
                Host: 127.0.0.1\r
                Content-Type: application/json\r
                Content-Length: %d\r
                X-Gitea-Delivery: f6266f16-1bf3-46a5-9ea4-%012x\r
                X-Gitea-Event: issue_comment\r
                X-Gitea-Event-Type: issue_comment\r
                X-Gitea-Signature: %s\r
                \r
                """.formatted(body.length, number, signature(body));
        var whole = new ByteArrayOutputStream(LENGTH + 400);
        whole.writeBytes(head.getBytes(UTF_8));
        whole.writeBytes(body);
        return whole.toByteArray();
    }

    static String signature(byte[] body) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), HMAC));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
