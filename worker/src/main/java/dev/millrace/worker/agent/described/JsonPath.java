package dev.millrace.worker.agent.described;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** Names of fields and numbers of elements, with dots between them. */
record JsonPath(List<String> parts) {
    JsonPath {
        parts = List.copyOf(parts);
    }

    static JsonPath parse(String path) {
        List<String> parts = List.of(path.split("\\.", -1));
        if (parts.contains("")) {
            throw new IllegalArgumentException("'%s' is no path such as item.0.text".formatted(path));
        }
        return new JsonPath(parts);
    }

    /** What is there; a missing node for nothing. */
    JsonNode in(JsonNode node) {
        JsonNode found = node;
        for (String part : parts) {
            found = found.isArray() && part.matches("\\d{1,9}") ? found.path(Integer.parseInt(part)) : found.path(part);
        }
        return found;
    }

    /** A value as people read it: no quotes around text, and of a list of texts one after another. */
    static String text(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return "";
        }
        if (node.isArray() && StreamSupport.stream(node.spliterator(), false).allMatch(JsonPath::hasText)) {
            return StreamSupport.stream(node.spliterator(), false)
                    .map(part -> part.isString()
                            ? part.asString()
                            : part.path("text").asString())
                    .collect(Collectors.joining("\n"));
        }
        return node.isContainer() ? node.toString() : node.asString();
    }

    private static boolean hasText(JsonNode node) {
        return node.isString() || node.path("text").isString();
    }
}
