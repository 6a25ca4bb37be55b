package dev.millrace.worker.model.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.model.upstream.ProviderError;
import dev.millrace.worker.model.upstream.Tokens;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads along in a stream of server-sent events: what it used, whether it failed, and where it ends. For one thread. */
final class Meter {
    private static final JsonMapper JSON = new JsonMapper();
    /** Longer lines are passed on, but not read. */
    private static final int LONGEST_LINE = 4 * 1024 * 1024;

    private static final List<String> LAST =
            List.of("message_stop", "response.completed", "response.incomplete", "response.failed");

    private final UnaryOperator<String> scrub;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private Tokens tokens = Tokens.NONE;
    private @Nullable ProviderError error;
    private long events;
    private boolean lastSeen;
    private boolean ended;

    Meter(UnaryOperator<String> scrub) {
        this.scrub = scrub;
    }

    /** The {@code usage} of an answer, wherever its protocol has it; nothing if there is none. */
    static Tokens usage(JsonNode json) {
        Tokens most = Tokens.NONE;
        for (String path : List.of("/usage", "/message/usage", "/response/usage", "/choices/0/usage")) {
            JsonNode usage = json.at(path);
            most = usage.isObject() ? most.most(Tokens.read(usage)) : most;
        }
        return most;
    }

    void feed(byte[] bytes) {
        int from = 0;
        for (int at = 0; at < bytes.length; at++) {
            if (bytes[at] == '\n') {
                keep(bytes, from, at);
                from = at + 1;
                line();
            }
        }
        keep(bytes, from, bytes.length);
    }

    /** What was used, as far as the provider said so. */
    Tokens tokens() {
        return tokens;
    }

    /** The first error in the stream. */
    @Nullable
    ProviderError error() {
        return error;
    }

    /** How many events with data came, errors included. */
    long events() {
        return events;
    }

    /** Whether the last event that its protocol knows is complete: a provider may keep the connection open after it. */
    boolean hasEnded() {
        return ended;
    }

    private void keep(byte[] bytes, int from, int to) {
        if (line.size() <= LONGEST_LINE) {
            line.write(bytes, from, to - from);
        }
    }

    private void line() {
        String text = line.size() <= LONGEST_LINE ? line.toString(UTF_8).stripTrailing() : "…";
        line.reset();
        if (text.isEmpty()) {
            ended |= lastSeen;
        } else if (text.startsWith("data:")) {
            events++;
            data(text.substring("data:".length()).strip());
        }
    }

    private void data(String data) {
        if (data.equals("[DONE]")) {
            lastSeen = true;
            return;
        }
        boolean last = LAST.stream().anyMatch(data::contains);
        // Most events carry a few characters of the answer: nothing for us.
        if (!last && !data.contains("\"usage\"") && !data.contains("\"error\"") && !data.contains("\"base_resp\"")) {
            return;
        }
        try {
            JsonNode json = JSON.readTree(data);
            tokens = tokens.most(usage(json));
            if (error == null) {
                error = ProviderError.in(200, json, new byte[0], scrub).orElse(null);
            }
            lastSeen |= LAST.contains(json.path("type").asString(""));
        } catch (JacksonException _) {
            // Passed on as it is; whether it makes sense is between agent and provider.
        }
    }
}
