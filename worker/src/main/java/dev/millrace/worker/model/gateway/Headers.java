package dev.millrace.worker.model.gateway;

import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;

/** Which headers go through: what a provider's protocol needs, nothing that says who is asking. */
final class Headers {
    /** Of one connection only, or made anew. */
    private static final Set<String> HOP = Set.of(
            "connection",
            "content-length",
            "expect",
            "forwarded",
            "host",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "via",
            // A packed answer could not be metered.
            "accept-encoding");

    /** Parts of names of headers that carry keys, sessions or accounts. */
    private static final List<String> PERSONAL = List.of(
            "auth",
            "api-key",
            "apikey",
            "token",
            "secret",
            "cookie",
            "account",
            "organization",
            "openai-project",
            "workspace-id",
            "x-forwarded");

    private static final List<String> BACK =
            List.of("content-type", "request-id", "x-request-id", "openai-processing-ms", "openai-version");

    private Headers() {}

    /** Puts what goes through on a request. */
    static void forward(ClassicHttpRequest from, HttpRequest.Builder to) {
        Set<String> alsoHop = Stream.of(from.getHeaders("connection"))
                .flatMap(header ->
                        Stream.of(header.getValue().toLowerCase(Locale.ROOT).split("[, ]+")))
                .collect(Collectors.toSet());
        for (Header header : from.getHeaders()) {
            String name = header.getName().toLowerCase(Locale.ROOT);
            if (!HOP.contains(name)
                    && !alsoHop.contains(name)
                    && PERSONAL.stream().noneMatch(name::contains)) {
                try {
                    to.header(header.getName(), header.getValue());
                } catch (IllegalArgumentException _) {
                    // No header that HTTP knows: it is left out, rather than the request refused.
                }
            }
        }
    }

    /** A query that can change neither where a request goes nor who is asking; nothing in place of any other. */
    static String harmless(String query) {
        String lower = query.toLowerCase(Locale.ROOT);
        boolean personal =
                PERSONAL.stream().anyMatch(lower::contains) || lower.contains("key") || lower.contains("group");
        return query.matches("\\?[A-Za-z0-9=&_.,~-]*") && !personal ? query : "";
    }

    /** Puts what goes back on an answer. */
    static void back(HttpHeaders from, ClassicHttpResponse to) {
        for (String name : BACK) {
            from.firstValue(name).ifPresent(value -> to.setHeader(name, value));
        }
    }
}
