package dev.millrace.worker.model.gateway;

import java.util.Locale;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Finds in a request what would have a provider fetch from, or speak to, an address of the sandbox's choosing: a way out
 * for whatever the sandbox knows, though it has no network. For one request.
 */
final class Outreach {
    /** Members that hold an address which a provider fetches. */
    private static final Set<String> FETCHED =
            Set.of("image_url", "file_url", "video_url", "audio_url", "document_url", "server_url");

    /** Objects whose {@code url} is such an address. */
    private static final Set<String> HOLDERS = Set.of("source", "mcp_servers");

    /** What only looks like parts of a request: arguments of calls, and schemas of them. */
    private static final Set<String> ARGUMENTS = Set.of("input", "arguments", "parameters", "input_schema", "schema");

    private String found = "";

    /** What was found first, in words for the sandbox; empty for nothing. */
    String found() {
        return found;
    }

    /** Goes through the value of a member of the request, at which the parser is, to its end. */
    void look(JsonParser json, String member) {
        value(json, member, "");
    }

    /** @param holder the member that holds the object with this one; lists count for nothing */
    private void value(JsonParser json, String member, String holder) {
        switch (json.currentToken()) {
            case START_OBJECT -> {
                while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                    String inner = json.currentName();
                    json.nextToken();
                    if (ARGUMENTS.contains(inner)) {
                        json.skipChildren();
                    } else {
                        value(json, inner, member);
                    }
                }
            }
            case START_ARRAY -> {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    value(json, member, holder);
                }
            }
            case VALUE_STRING -> string(json, member, holder);
            case null, default -> {}
        }
    }

    private void string(JsonParser json, String member, String holder) {
        boolean fetched = FETCHED.contains(member)
                || (member.equals("url") && (FETCHED.contains(holder) || HOLDERS.contains(holder)));
        boolean tool = member.equals("type") && holder.equals("tools");
        if (!found.isEmpty() || !(fetched || tool)) {
            return;
        }
        String value = json.getString().strip().toLowerCase(Locale.ROOT);
        if (fetched && !value.isEmpty() && !value.startsWith("data:")) {
            found = "the address in '%s'".formatted(member.equals("url") ? holder : member);
        } else if (tool && (value.equals("mcp") || value.startsWith("web_fetch"))) {
            found = "the tool '%s'".formatted(value.equals("mcp") ? "mcp" : "web_fetch");
        }
    }
}
