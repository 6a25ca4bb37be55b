package dev.millrace.standalone.forge;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One webhook's request, with the headers and signatures that Gitea sends: over the bytes of a JSON body, over the
 * decoded payload of a form.
 *
 * @param event {@code X-Gitea-Event}
 * @param type {@code X-Gitea-Event-Type}, which tells more kinds apart
 */
record Delivery(UUID id, URI url, String contentType, String secret, String event, String type, String payload) {
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final String FORM = "application/x-www-form-urlencoded";

    HttpRequest request() {
        boolean form = contentType.equals("form");
        String body = form ? "payload=" + URLEncoder.encode(payload, StandardCharsets.UTF_8) : payload;
        String sha256 = signature("HmacSHA256");
        return HttpRequest.newBuilder(url)
                .timeout(TIMEOUT)
                .POST(BodyPublishers.ofString(body))
                .header("Content-Type", form ? FORM : "application/json")
                .header("User-Agent", "Go-http-client/1.1")
                .header("X-Gitea-Delivery", id.toString())
                .header("X-Gitea-Event", event)
                .header("X-Gitea-Event-Type", type)
                .header("X-Gitea-Signature", sha256)
                .header("X-Gitea-Hook-Installation-Target-Type", "repository")
                .header("X-Gogs-Delivery", id.toString())
                .header("X-Gogs-Event", event)
                .header("X-Gogs-Event-Type", type)
                .header("X-Gogs-Signature", sha256)
                .header("X-Hub-Signature", "sha1=" + signature("HmacSHA1"))
                .header("X-Hub-Signature-256", "sha256=" + sha256)
                .header("X-GitHub-Delivery", id.toString())
                .header("X-GitHub-Event", event)
                .header("X-GitHub-Event-Type", type)
                .header("X-GitHub-Hook-Installation-Target-Type", "repository")
                .build();
    }

    /** Empty without a secret, though the header is sent all the same. */
    private String signature(String algorithm) {
        if (secret.isEmpty()) {
            return "";
        }
        try {
            var mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
            return HexFormat.of().formatHex(mac.doFinal(payload.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
