package dev.millrace.standalone.demo;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A delivery as a real Gitea 1.15.11 sent it, byte by byte: alice labels bob's issue 2 of alice/demo2 with "agent".
 *
 * @param headers as sent
 * @param body as sent; do not change
 */
@SuppressWarnings("ArrayRecordComponent") // the exact bytes are the point; nobody compares them
public record RecordedDelivery(Map<String, String> headers, byte[] body) {
    private static final String NAME = "issue_label-label_updated-add-own1.15.11";

    /** Reads it from the build. */
    public static RecordedDelivery read() throws IOException {
        JsonNode headers = new JsonMapper().readTree(resource(NAME + ".headers.json"));
        Map<String, String> all = new LinkedHashMap<>();
        headers.properties()
                .forEach(header -> all.put(header.getKey(), header.getValue().asString()));
        return new RecordedDelivery(all, resource(NAME + ".json"));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = RecordedDelivery.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the build lacks " + name);
            }
            return in.readAllBytes();
        }
    }
}
