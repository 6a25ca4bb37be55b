package dev.millrace.standalone.forge;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An answer of the API.
 *
 * @param body none for an empty answer
 * @param total of a listing, for {@code X-Total-Count}
 */
record Reply(int status, @Nullable JsonNode body, OptionalLong total) {
    static Reply ok(JsonNode body) {
        return new Reply(200, body, OptionalLong.empty());
    }

    static Reply created(JsonNode body) {
        return new Reply(201, body, OptionalLong.empty());
    }

    static Reply list(List<? extends JsonNode> page, long total) {
        return new Reply(200, Shapes.array(page), OptionalLong.of(total));
    }

    static Reply none() {
        return new Reply(204, null, OptionalLong.empty());
    }
}
