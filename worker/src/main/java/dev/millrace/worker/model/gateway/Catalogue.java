package dev.millrace.worker.model.gateway;

import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is known of models without asking any. In one shape that the SDKs of OpenAI and Anthropic both read. */
final class Catalogue {
    private static final JsonMapper JSON = new JsonMapper();

    private Catalogue() {}

    static byte[] all(List<String> names) {
        var list = JSON.createObjectNode().put("object", "list").put("has_more", false);
        var data = list.putArray("data");
        names.forEach(name -> data.add(model(name)));
        list.put("first_id", names.isEmpty() ? null : names.getFirst());
        list.put("last_id", names.isEmpty() ? null : names.getLast());
        return JSON.writeValueAsBytes(list);
    }

    static byte[] one(String name) {
        return JSON.writeValueAsBytes(model(name));
    }

    /** An estimate, since few of the endpoints that speak the protocol can tell: four bytes a token. */
    static byte[] tokens(byte[] request) {
        return JSON.writeValueAsBytes(JSON.createObjectNode().put("input_tokens", request.length / 4));
    }

    private static ObjectNode model(String name) {
        return JSON.createObjectNode()
                .put("id", name)
                .put("object", "model")
                .put("type", "model")
                .put("display_name", name)
                .put("owned_by", "millrace")
                .put("created", 0)
                .put("created_at", "1970-01-01T00:00:00Z");
    }
}
