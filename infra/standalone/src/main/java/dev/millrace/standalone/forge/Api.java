package dev.millrace.standalone.forge;

import com.sun.net.httpserver.HttpExchange;
import dev.millrace.standalone.forge.Ledger.Account;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The part of Gitea's API v1 that Millrace uses, with its status codes and the shape of its errors. */
final class Api {
    static final String ROOT = "/api/v1/";
    private static final String JSON = "application/json;charset=utf-8";
    private static final int MOST_BYTES = 4 << 20;

    private final Parts parts;
    private final Routes routes = new Routes();
    private final JsonMapper json = JsonMapper.builder().build();

    Api(Parts parts, Notices notices, IssueActs issues, PullActs pulls) {
        this.parts = parts;
        // The first that fits answers: what is more exact comes before what would take it for a name.
        SearchApi.addTo(routes);
        new RepositoryApi().addTo(routes);
        new IssueApi(issues).addTo(routes);
        new LabelApi(issues).addTo(routes);
        new ReviewApi(new ReviewActs(parts, notices)).addTo(routes);
        new PullApi(pulls).addTo(routes);
        new HookApi(notices).addTo(routes);
    }

    void handle(HttpExchange exchange) throws IOException {
        try {
            answer(exchange, reply(exchange));
        } catch (ApiError error) {
            refuse(exchange, error.status(), error.message());
        } catch (Credentials.Wrong _) {
            refuse(exchange, 401, "invalid username, password or token");
        }
    }

    private Reply reply(HttpExchange exchange) throws IOException, Credentials.Wrong {
        String path = exchange.getRequestURI().getRawPath().substring(ROOT.length());
        Optional<Account> account = Credentials.account(parts.ledger(), exchange.getRequestHeaders());
        var match = routes.find(exchange.getRequestMethod(), path).orElseThrow(ApiError::notFound);
        return match.answer().to(new ApiCall(parts, account, match.path(), Http.query(exchange), body(exchange)));
    }

    private JsonNode body(HttpExchange exchange) throws IOException {
        byte[] bytes = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new ApiError(413, "more than %d bytes".formatted(MOST_BYTES));
        }
        if (bytes.length == 0) {
            return Shapes.object();
        }
        try {
            return json.readTree(bytes);
        } catch (JacksonException _) {
            throw new ApiError(422, "the body is no JSON");
        }
    }

    private void answer(HttpExchange exchange, Reply reply) throws IOException {
        reply.total().ifPresent(total -> exchange.getResponseHeaders().set("X-Total-Count", Long.toString(total)));
        var body = reply.body();
        if (body == null) {
            Http.empty(exchange, reply.status());
        } else {
            Http.send(exchange, reply.status(), JSON, json.writeValueAsBytes(body));
        }
    }

    private void refuse(HttpExchange exchange, int status, String message) throws IOException {
        if (message.isEmpty()) {
            Http.empty(exchange, status);
            return;
        }
        var body = Shapes.object().put("message", message.strip()).put("url", parts.base() + "/api/swagger");
        Http.send(exchange, status, JSON, json.writeValueAsBytes(body));
    }
}
