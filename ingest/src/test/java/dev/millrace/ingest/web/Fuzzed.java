package dev.millrace.ingest.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** One damaged delivery, the same for the same number. */
final class Fuzzed {
    private static final List<String> KINDS = List.of(
            "issues",
            "issue_label",
            "issue_assign",
            "issue_comment",
            "pull_request",
            "pull_request_comment",
            "pull_request_review_comment",
            "pull_request_review_request",
            "pull_request_approved",
            "push",
            "",
            "nonsense",
            "Issue_Comment");
    private static final List<String> TYPES = List.of(
            "application/json",
            "application/json; charset=utf-8",
            "application/x-www-form-urlencoded",
            "text/plain",
            "application/",
            "multipart/form-data; boundary=x");
    private static final List<String> VALUES = List.of(
            "null",
            "-1",
            "0",
            "99999999999999999999999999",
            "1e308",
            "true",
            "\"\"",
            "[]",
            "{}",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
            "\"../../x\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"@agent-bot cancel\"",
            "\"a/b/c\"");

    private final String head;
    private final byte[] body;
    private final boolean signed;

    private Fuzzed(String head, byte[] body, boolean signed) {
        this.head = head;
        this.body = body;
        this.signed = signed;
    }

    String head() {
        return head;
    }

    byte[] body() {
        return body;
    }

    /** Whether its signature is one over exactly what it carries. */
    boolean signed() {
        return signed;
    }

    static Fuzzed of(List<Seed> seeds, long number) {
        var random = new Random(number * 0x9E3779B97F4A7C15L);
        var seed = seeds.get(random.nextInt(seeds.size()));
        byte[] body = seed.body();
        for (int left = random.nextInt(4); left > 0; left--) {
            body = damaged(body, random);
        }
        String event = random.nextInt(5) == 0 ? pick(KINDS, random) : seed.event();
        String type = random.nextInt(5) == 0 ? pick(KINDS, random) : seed.type();
        String content = random.nextInt(12) == 0 ? pick(TYPES, random) : seed.contentType();
        String right = Gateway.signature(payload(content, body));
        String signature = switch (random.nextInt(6)) {
            case 0 -> "";
            case 1 -> flipped(right, random);
            case 2 -> Gateway.signature(new byte[] {(byte) random.nextInt()});
            case 3 -> right.substring(random.nextInt(right.length()));
            default -> right;
        };
        var head = new StringBuilder("POST /webhooks/gitea HTTP/1.1\r\nHost: localhost\r\n");
        head.append("Content-Type: ").append(content).append("\r\n");
        head.append("Content-Length: ").append(body.length).append("\r\n");
        head.append("X-Gitea-Delivery: ").append(number).append("\r\n");
        header(head, "X-Gitea-Event", event);
        header(head, "X-Gitea-Event-Type", type);
        header(head, random.nextInt(8) == 0 ? "X-Gogs-Signature" : "X-Gitea-Signature", signature);
        boolean sent = head.indexOf("X-Gitea-Signature") >= 0;
        return new Fuzzed(head.append("\r\n").toString(), body, sent && signature.equals(right));
    }

    private static void header(StringBuilder head, String name, String value) {
        if (!value.isEmpty()) {
            head.append(name).append(": ").append(value).append("\r\n");
        }
    }

    /** What a Gitea would have signed; a form's payload is decoded, where it can be. */
    private static byte[] payload(String contentType, byte[] body) {
        String form = new String(body, ISO_8859_1);
        if (!contentType.equals("application/x-www-form-urlencoded") || !form.startsWith("payload=")) {
            return body;
        }
        int end = form.indexOf('&');
        try {
            return URLDecoder.decode(form.substring(8, end < 0 ? form.length() : end), ISO_8859_1)
                    .getBytes(ISO_8859_1);
        } catch (IllegalArgumentException damaged) {
            return body;
        }
    }

    private static String flipped(String right, Random random) {
        int at = random.nextInt(right.length());
        char other = right.charAt(at) == '0' ? '1' : '0';
        return right.substring(0, at) + other + right.substring(at + 1);
    }

    private static byte[] damaged(byte[] body, Random random) {
        if (body.length == 0) {
            return body;
        }
        int at = random.nextInt(body.length);
        int to = Math.min(body.length, at + 1 + random.nextInt(40));
        return switch (random.nextInt(8)) {
            case 0 -> spliced(body, at, at + 1, new byte[] {(byte) (body[at] ^ 1 << random.nextInt(8))});
            case 1 -> spliced(body, at, to, new byte[0]);
            case 2 -> spliced(body, at, at, slice(body, at, to));
            case 3 -> slice(body, 0, at);
            case 4 -> spliced(body, at, at, noise(random));
            case 5, 6 -> valueReplaced(body, at, random);
            default -> spliced(body, body.length, body.length, slice(body, at, to));
        };
    }

    /** Puts something else after the next colon, up to the comma that follows. */
    private static byte[] valueReplaced(byte[] body, int from, Random random) {
        int colon = next(body, from, ':');
        int comma = next(body, colon, ',');
        return comma == body.length
                ? body
                : spliced(body, colon + 1, comma, pick(VALUES, random).getBytes(UTF_8));
    }

    private static int next(byte[] body, int from, char wanted) {
        int at = from;
        while (at < body.length && body[at] != wanted) {
            at++;
        }
        return at;
    }

    private static byte[] noise(Random random) {
        byte[] noise = new byte[1 + random.nextInt(20)];
        random.nextBytes(noise);
        return noise;
    }

    private static byte[] slice(byte[] body, int from, int to) {
        return Arrays.copyOfRange(body, from, to);
    }

    private static byte[] spliced(byte[] body, int from, int to, byte[] instead) {
        var whole = new ByteArrayOutputStream(body.length + instead.length);
        whole.write(body, 0, from);
        whole.writeBytes(instead);
        whole.write(body, to, body.length - to);
        return whole.toByteArray();
    }

    private static String pick(List<String> all, Random random) {
        return all.get(random.nextInt(all.size()));
    }

    @Override
    public String toString() {
        return head.replace("\r\n", " | ") + new String(body, UTF_8);
    }
}
