package dev.millrace.ingest.webhook;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the headers say of a delivery. They are not signed, so nothing but the way of reading the body hangs on them.
 *
 * @param id of this delivery, for the log
 * @param event X-Gitea-Event
 * @param eventType X-Gitea-Event-Type, which is more exact; empty before Gitea 1.16
 * @param signature lower-case hex; empty where there is none
 */
record DeliveryHeaders(String id, String event, String eventType, String signature) {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final String HUB = "sha256=";

    static DeliveryHeaders of(HttpServletRequest request) {
        return new DeliveryHeaders(
                plain(request.getHeader("X-Gitea-Delivery")),
                plain(request.getHeader("X-Gitea-Event")),
                plain(request.getHeader("X-Gitea-Event-Type")),
                signature(request));
    }

    /** The most exact name of what happened; empty where the sender is no Gitea. */
    String kind() {
        return eventType.isEmpty() ? event : eventType;
    }

    private static String signature(HttpServletRequest request) {
        String own = Optional.ofNullable(request.getHeader("X-Gitea-Signature")).orElse("");
        if (!own.isEmpty()) {
            return own;
        }
        return Optional.ofNullable(request.getHeader("X-Hub-Signature-256"))
                .filter(hub -> hub.startsWith(HUB))
                .map(hub -> hub.substring(HUB.length()))
                .orElse("");
    }

    private static String plain(@Nullable String header) {
        return header != null && PLAIN.matcher(header).matches() ? header : "";
    }
}
