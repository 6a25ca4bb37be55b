package dev.millrace.worker.model.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.model.upstream.Protocol;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;

/**
 * A "no" of the gateway itself, which every protocol says in the shape of its provider.
 *
 * @param retryAfter zero for none
 */
record Refusal(Kind kind, String message, Duration retryAfter) {
    static final Refusal OUT_OF_TIME = new Refusal(Kind.BUSY, "the task's time is over");

    private static final JsonMapper JSON = new JsonMapper();

    /** Statuses are those that agents understand: only 408, 409, 429 and 5xx are tried again by them. */
    enum Kind {
        BAD_REQUEST(400, "invalid_request_error", "invalid_request_error", "invalid_request"),
        NOT_FOUND(404, "invalid_request_error", "not_found_error", "not_found"),
        METHOD(405, "invalid_request_error", "invalid_request_error", "method_not_allowed"),
        TOO_LARGE(413, "invalid_request_error", "request_too_large", "request_too_large"),
        ENCODING(415, "invalid_request_error", "invalid_request_error", "unsupported_encoding"),
        // OpenAI itself says 429 here, which every client tries again; and clients built on LiteLLM try a 402 and a 403
        // again, as an error that they do not know.
        OVER_BUDGET(400, "insufficient_quota", "billing_error", "insufficient_quota"),
        STOPPED(400, "insufficient_quota", "permission_error", "models_stopped"),
        // Final for every client.
        KEY(401, "authentication_error", "authentication_error", "upstream_refuses_key"),
        BUSY(503, "server_error", "overloaded_error", "upstream_busy"),
        UPSTREAM(502, "server_error", "api_error", "upstream_failed");

        private final int status;
        private final String openAi;
        private final String anthropic;
        private final String code;

        Kind(int status, String openAi, String anthropic, String code) {
            this.status = status;
            this.openAi = openAi;
            this.anthropic = anthropic;
            this.code = code;
        }
    }

    Refusal(Kind kind, String message) {
        this(kind, message, Duration.ZERO);
    }

    int status(Protocol protocol) {
        return kind == Kind.BUSY && protocol == Protocol.MESSAGES ? 529 : kind.status;
    }

    /** Whether trying again is of no use, whatever the status makes a client think. */
    boolean isFinal() {
        return kind.status < 500;
    }

    byte[] body(Protocol protocol) {
        var body = JSON.createObjectNode();
        if (protocol == Protocol.MESSAGES) {
            body.put("type", "error");
        }
        var error = body.putObject("error");
        error.put("type", protocol == Protocol.MESSAGES ? kind.anthropic : kind.openAi);
        error.put("message", message);
        if (protocol != Protocol.MESSAGES) {
            error.putNull("param").put("code", kind.code);
        }
        return JSON.writeValueAsBytes(body);
    }

    /** As the last event of a stream that has begun. */
    byte[] event(Protocol protocol) {
        String data = switch (protocol) {
            case CHAT, MESSAGES -> new String(body(protocol), UTF_8);
            case RESPONSES ->
                JSON.createObjectNode()
                        .put("type", "error")
                        .put("code", kind.code)
                        .put("message", message)
                        .putNull("param")
                        .toString();
        };
        String name = protocol == Protocol.CHAT ? "" : "event: error\n";
        // A line may be half said.
        return ("\n\n" + name + "data: " + data + "\n\n").getBytes(UTF_8);
    }
}
