package dev.millrace.worker.model.gateway;

import dev.millrace.worker.model.upstream.Protocol;
import java.util.regex.Pattern;

/** What a path asks for. Agents differ in whether they put {@code /v1} before it, once, twice or not at all. */
sealed interface Endpoint {
    Pattern PREFIX = Pattern.compile("^(/v1){0,2}(?=/)");
    String POST = "POST";
    String GET = "GET";

    /** One of the protocols' own. */
    record Ask(Protocol protocol) implements Endpoint {}

    /** How long a prompt is, by Anthropic's protocol. */
    record CountTokens() implements Endpoint {}

    /** All models there are. */
    record Models() implements Endpoint {}

    /** One model. */
    record Model(String name) implements Endpoint {}

    /** Nothing of ours. */
    record Unknown() implements Endpoint {}

    static Endpoint of(String path) {
        String plain = PREFIX.matcher(path).replaceFirst("").replaceFirst("/+$", "");
        return switch (plain) {
            case "/chat/completions" -> new Ask(Protocol.CHAT);
            case "/responses" -> new Ask(Protocol.RESPONSES);
            case "/messages" -> new Ask(Protocol.MESSAGES);
            case "/messages/count_tokens" -> new CountTokens();
            case "/models" -> new Models();
            default -> plain.startsWith("/models/") ? new Model(plain.substring("/models/".length())) : new Unknown();
        };
    }

    /** The one method that it understands. */
    default String method() {
        return switch (this) {
            case Ask _, CountTokens _ -> POST;
            case Models _, Model _, Unknown _ -> GET;
        };
    }

    /** How errors are said here. */
    default Protocol protocol() {
        return switch (this) {
            case Ask(Protocol protocol) -> protocol;
            case CountTokens _ -> Protocol.MESSAGES;
            case Models _, Model _, Unknown _ -> Protocol.CHAT;
        };
    }
}
