package dev.millrace.ingest.webhook;

import dev.millrace.ingest.door.Problem;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** The two ways in which Gitea's webhooks carry their payload. */
enum Encoding {
    JSON,
    FORM;

    /**
     * Which of them it is.
     *
     * @throws Problem 415 if it is neither
     */
    static Encoding of(@Nullable String contentType) {
        try {
            var type = MediaType.parseMediaType(contentType == null ? "" : contentType);
            if (type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON)) {
                return JSON;
            }
            if (type.equalsTypeAndSubtype(MediaType.APPLICATION_FORM_URLENCODED)) {
                return FORM;
            }
        } catch (InvalidMediaTypeException _) {
            // refused below, like any other type
        }
        throw Problem.of(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE, "send application/json or application/x-www-form-urlencoded");
    }

    /** The bytes that Gitea signed; empty where the body is no such form. */
    Optional<byte[]> payload(byte[] body) {
        return switch (this) {
            case JSON -> Optional.of(body);
            case FORM -> FormPayload.of(body);
        };
    }
}
