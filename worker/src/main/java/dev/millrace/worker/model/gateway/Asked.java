package dev.millrace.worker.model.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.model.upstream.Protocol;
import dev.millrace.worker.model.upstream.Tokens;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/**
 * A request to a model as it came, with the few places in it that Millrace reads or changes. All other bytes stay as they
 * are, whatever they mean.
 */
final class Asked {
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .build();

    private final byte[] bytes;
    private final Protocol protocol;
    private final Outreach outreach = new Outreach();
    private final List<Place> models = new ArrayList<>();
    private String model = "";
    private boolean streaming;
    private long outAtMost;
    private long answers = 1;
    private Usage usage = new Usage.Absent();

    /** Some bytes, from one offset to before another. */
    private record Place(int from, int to) {}

    /** Where chat completions ask for usage numbers in a stream. */
    private sealed interface Usage {
        record Absent() implements Usage {}

        record Wanted() implements Usage {}

        /** An object that does not ask for it, and where its members begin. */
        record Open(int at, boolean empty) implements Usage {}

        /** A value that says something else. */
        record Other(Place place, String instead) implements Usage {}
    }

    private Asked(byte[] bytes, Protocol protocol) {
        this.bytes = bytes;
        this.protocol = protocol;
    }

    /**
     * Reads a request's body.
     *
     * @throws IllegalArgumentException if it is none, in words for its sender
     */
    static Asked read(byte[] bytes, Protocol protocol) {
        var asked = new Asked(bytes, protocol);
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("the request's body must be a JSON object");
            }
            asked.members(json);
            if (json.nextToken() != null) {
                throw new IllegalArgumentException("there is something behind the request's JSON object");
            }
        } catch (JacksonException broken) {
            // Not the parser's own words: they quote the conversation.
            throw new IllegalArgumentException("the request's body is not JSON in UTF-8, at byte %d"
                    .formatted(
                            broken.getLocation() == null
                                    ? 0
                                    : broken.getLocation().getByteOffset()));
        }
        if (asked.model.isEmpty()) {
            throw new IllegalArgumentException("the request must name a model");
        }
        return asked;
    }

    String model() {
        return model;
    }

    boolean isStreaming() {
        return streaming;
    }

    /** What in it would have the provider reach out to an address that the sandbox names; empty for nothing. */
    String outreach() {
        return outreach.found();
    }

    /** Tokens that cannot be exceeded, in and out; {@link Long#MAX_VALUE} if the request does not bound them. */
    long tokensAtMost() {
        // A token is at least one byte of what was sent.
        return outAtMost > 0 && outAtMost < Integer.MAX_VALUE && answers == 1
                ? bytes.length + outAtMost
                : Long.MAX_VALUE;
    }

    /** What was used, if nobody counts: about a token for every four bytes of the prompt. */
    Tokens estimate(long out) {
        return new Tokens(bytes.length / 4L, out, 0, 0);
    }

    /** The request for the provider, with its name for the model. */
    byte[] named(String name) {
        var out = new ByteArrayOutputStream(bytes.length + 128);
        byte[] quoted =
                ('"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(name)) + '"').getBytes(UTF_8);
        int at = 0;
        for (Edit edit : edits(quoted)) {
            out.write(bytes, at, edit.place().from() - at);
            out.writeBytes(edit.instead());
            at = edit.place().to();
        }
        out.write(bytes, at, bytes.length - at);
        return out.toByteArray();
    }

    @SuppressWarnings("ArrayRecordComponent") // bytes on their way, that nobody compares
    private record Edit(Place place, byte[] instead) {}

    private List<Edit> edits(byte[] quotedModel) {
        var edits = new ArrayList<Edit>();
        for (Place place : models) {
            edits.add(new Edit(place, quotedModel));
        }
        if (protocol == Protocol.CHAT && streaming) {
            switch (usage) {
                case Usage.Wanted _ -> {}
                case Usage.Absent _ -> {
                    int open = indexOfObject();
                    edits.add(edit(open, open, "\"stream_options\":{\"include_usage\":true},"));
                }
                case Usage.Open(int at, boolean empty) ->
                    edits.add(edit(at, at, "\"include_usage\":true" + (empty ? "" : ",")));
                case Usage.Other(Place place, String instead) -> edits.add(edit(place.from(), place.to(), instead));
            }
        }
        edits.sort((one, other) ->
                Integer.compare(one.place().from(), other.place().from()));
        return edits;
    }

    private static Edit edit(int from, int to, String instead) {
        return new Edit(new Place(from, to), instead.getBytes(UTF_8));
    }

    /** Behind the outermost brace. */
    private int indexOfObject() {
        int at = 0;
        while (bytes[at] != '{') {
            at++;
        }
        return at + 1;
    }

    private void members(JsonParser json) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            switch (name) {
                case "model" -> model(json, value);
                case "stream" -> streaming = value == JsonToken.VALUE_TRUE;
                case "max_tokens", "max_completion_tokens", "max_output_tokens" ->
                    outAtMost = Math.max(outAtMost, value == JsonToken.VALUE_NUMBER_INT ? json.getValueAsLong() : 0);
                case "n", "best_of" -> answers = Math.max(answers, json.getValueAsLong(1));
                case "stream_options" -> usage = usage(json, value);
                default -> outreach.look(json, name);
            }
        }
    }

    private void model(JsonParser json, JsonToken value) {
        if (value != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException("the request's model must be a string");
        }
        int from = offset(json.currentTokenLocation().getByteOffset());
        model = json.getString();
        models.add(new Place(from, offset(json.currentLocation().getByteOffset())));
    }

    private static Usage usage(JsonParser json, JsonToken value) {
        int from = offset(json.currentTokenLocation().getByteOffset());
        if (value != JsonToken.START_OBJECT) {
            json.skipChildren();
            json.getString();
            return new Usage.Other(
                    new Place(from, offset(json.currentLocation().getByteOffset())), "{\"include_usage\":true}");
        }
        Usage found = new Usage.Open(offset(json.currentLocation().getByteOffset()), true);
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean wanted = json.currentName().equals("include_usage");
            JsonToken inside = json.nextToken();
            if (wanted && inside == JsonToken.VALUE_TRUE) {
                found = new Usage.Wanted();
            } else if (wanted && inside.isScalarValue()) {
                int start = offset(json.currentTokenLocation().getByteOffset());
                json.getString();
                found = new Usage.Other(
                        new Place(start, offset(json.currentLocation().getByteOffset())), "true");
            } else {
                json.skipChildren();
                if (found instanceof Usage.Open(int at, boolean empty) && empty) {
                    found = new Usage.Open(at, false);
                }
            }
        }
        return found;
    }

    private static int offset(long byteOffset) {
        return Math.toIntExact(byteOffset);
    }
}
