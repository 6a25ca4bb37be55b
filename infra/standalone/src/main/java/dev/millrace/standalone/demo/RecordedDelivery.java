package dev.millrace.standalone.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A delivery as a real Gitea 1.15.11 sent it, byte by byte: alice labels bob's issue 2 of alice/demo2 with "agent".
 *
 * @param headers as sent
 * @param body as sent; do not change
 */
@SuppressWarnings("ArrayRecordComponent") // the exact bytes are the point; nobody compares them
public record RecordedDelivery(Map<String, String> headers, byte[] body) {
    private static final String NAME = "issue_label-label_updated-add-own1.15.11";

    /** Reads it from the build. */
    public static RecordedDelivery read() throws IOException {
        JsonNode headers = new JsonMapper().readTree(resource(NAME + ".headers.json"));
        Map<String, String> all = new LinkedHashMap<>();
        headers.properties()
                .forEach(header -> all.put(header.getKey(), header.getValue().asString()));
        return new RecordedDelivery(all, resource(NAME + ".json"));
    }

    /** The same for another issue, signed anew as Gitea signs. */
    public static RecordedDelivery like(long issue) throws IOException {
        var recorded = read();
        var json = new JsonMapper();
        var payload = (ObjectNode) json.readTree(recorded.body());
        payload.put("number", issue);
        ((ObjectNode) payload.get("issue")).put("number", issue).put("title", "Issue " + issue);
        byte[] body = json.writeValueAsBytes(payload);
        String signature = hmac(body);
        Map<String, String> headers = new LinkedHashMap<>(recorded.headers());
        headers.put("X-Gitea-Delivery", UUID.randomUUID().toString());
        headers.put("X-Gitea-Signature", signature);
        headers.put("X-Hub-Signature-256", "sha256=" + signature);
        return new RecordedDelivery(headers, body);
    }

    private static String hmac(byte[] body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(DemoWorld.WEBHOOK_SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = RecordedDelivery.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the build lacks " + name);
            }
            return in.readAllBytes();
        }
    }
}
