package dev.millrace.scripted;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** The protocols that the server speaks. */
public enum Dialect {
    /** OpenAI's chat completions. */
    CHAT("/chat/completions"),
    /** OpenAI's responses. */
    RESPONSES("/responses"),
    /** Anthropic's messages. */
    MESSAGES("/messages");

    private final String path;

    Dialect(String path) {
        this.path = path;
    }

    String path() {
        return path;
    }

    Words words() {
        return switch (this) {
            case CHAT -> new ChatWords();
            case RESPONSES -> new ResponsesWords();
            case MESSAGES -> new MessagesWords();
        };
    }

    /**
     * An event of a stream.
     *
     * @param name empty where the protocol gives none
     */
    record Event(String name, String data) {
        Event(String name, JsonNode data) {
            this(name, data.toString());
        }

        String line() {
            return (name.isEmpty() ? "" : "event: %s\n".formatted(name)) + "data: %s\n\n".formatted(data);
        }
    }

    /** How a protocol puts things. */
    interface Words {
        JsonNode whole(Reply reply, Ask ask);

        List<Event> events(Reply reply, Ask ask);

        JsonNode error(int status, String message);

        Event errorEvent(String message);
    }
}
