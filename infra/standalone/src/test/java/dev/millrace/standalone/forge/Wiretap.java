package dev.millrace.standalone.forge;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stands between a client and a forge, passes everything on, and remembers it. */
final class Wiretap implements AutoCloseable {
    private final HttpServer server;
    private final URI forge;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Heard> heard = new ArrayList<>();

    record Heard(
            String method,
            URI uri,
            Optional<String> type,
            String body,
            int status,
            Optional<String> answerType,
            String answer) {}

    Wiretap(URI forge) throws IOException {
        this.forge = forge;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::pass);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** What was heard since the last call. */
    synchronized List<Heard> heard() {
        var all = List.copyOf(heard);
        heard.clear();
        return all;
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            var type = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"));
            var request = HttpRequest.newBuilder(URI.create(forge.toString() + exchange.getRequestURI()))
                    .timeout(Duration.ofSeconds(30))
                    .header("Authorization", exchange.getRequestHeaders().getFirst("Authorization"))
                    .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
            type.ifPresent(t -> request.header("Content-Type", t));
            var answer = http.send(request.build(), BodyHandlers.ofByteArray());
            var answerType = answer.headers().firstValue("Content-Type");
            synchronized (this) {
                heard.add(new Heard(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI(),
                        type,
                        new String(body, StandardCharsets.UTF_8),
                        answer.statusCode(),
                        answerType,
                        new String(answer.body(), StandardCharsets.UTF_8)));
            }
            answerType.ifPresent(t -> exchange.getResponseHeaders().set("Content-Type", t));
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            if (answer.body().length > 0) {
                exchange.getResponseBody().write(answer.body());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        http.shutdownNow();
    }
}
