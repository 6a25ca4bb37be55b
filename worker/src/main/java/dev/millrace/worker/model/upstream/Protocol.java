package dev.millrace.worker.model.upstream;

import java.net.URI;
import java.util.Locale;

/** A way of speaking to models. */
public enum Protocol {
    /** OpenAI's chat completions. */
    CHAT("chat/completions", "Authorization"),
    /** OpenAI's responses. */
    RESPONSES("responses", "Authorization"),
    /** Anthropic's messages. */
    MESSAGES("messages", "x-api-key");

    private final String path;
    private final String keyHeader;

    Protocol(String path, String keyHeader) {
        this.path = path;
        this.keyHeader = keyHeader;
    }

    /** The header that usually carries the key. */
    public String keyHeader() {
        return keyHeader;
    }

    /** As people write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Where requests go.
     *
     * @param baseUrl as providers give it to the users of their SDKs: with {@code /v1} for OpenAI's protocols, without
     *     for Anthropic's
     */
    URI below(String baseUrl) {
        String base = baseUrl.replaceFirst("/+$", "");
        boolean versioned = this != MESSAGES || base.endsWith("/v1");
        return URI.create(base + (versioned ? "/" : "/v1/") + path);
    }
}
