package dev.millrace.standalone.forge;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which part of the API answers what; {@code {name}} stands for a segment, {@code {name*}} for all that are left. */
final class Routes {
    interface Answer {
        Reply to(ApiCall call);
    }

    /** The values of its placeholders, and who answers. */
    record Match(Answer answer, Map<String, String> path) {}

    private record Route(String method, List<String> template, Answer answer) {}

    private final List<Route> routes = new ArrayList<>();

    void add(String method, String template, Answer answer) {
        routes.add(new Route(method, List.of(template.split("/", -1)), answer));
    }

    /** @param path below the API's root, still escaped */
    Optional<Match> find(String method, String path) {
        List<String> segments = List.of(path.split("/", -1));
        for (var route : routes) {
            if (route.method().equals(method)) {
                var values = values(route.template(), segments);
                if (values.isPresent()) {
                    return Optional.of(new Match(route.answer(), values.get()));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Map<String, String>> values(List<String> template, List<String> segments) {
        boolean tail = template.getLast().endsWith("*}");
        if (tail ? segments.size() < template.size() : segments.size() != template.size()) {
            return Optional.empty();
        }
        var values = new HashMap<String, String>();
        for (int i = 0; i < template.size(); i++) {
            String part = template.get(i);
            if (part.endsWith("*}")) {
                values.put(
                        part.substring(1, part.length() - 2),
                        decode(String.join("/", segments.subList(i, segments.size()))));
            } else if (part.startsWith("{")) {
                values.put(part.substring(1, part.length() - 1), decode(segments.get(i)));
            } else if (!part.equals(segments.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }

    /** In a path a plus is a plus. */
    private static String decode(String raw) {
        return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
