package dev.millrace.standalone.forge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;

/**
 * Where a forge's webhooks are delivered. On the loopback interface, unless {@code GITEA_CONTRACT_RECEIVER} names this
 * machine as the Gitea that is held against the contract can reach it.
 */
final class Receiver implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpServer server;
    private final String host;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger answer = new AtomicInteger(200);

    /** One delivery, as it came. */
    record Received(String path, Headers headers, String body) {
        String header(String name) {
            return requireNonNull(headers.getFirst(name), name);
        }

        boolean isForm() {
            return header("Content-Type").startsWith("application/x-www-form-urlencoded");
        }

        /** What was signed: the decoded payload of a form, or the body as it is. */
        String payload() {
            return isForm() ? URLDecoder.decode(body.substring("payload=".length()), UTF_8) : body;
        }

        JsonNode json() {
            return ForgeFixture.JSON.readTree(payload());
        }

        String action() {
            return json().path("action").asString("");
        }

        String signedWith(String algorithm, String secret) throws GeneralSecurityException {
            var mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), algorithm));
            return HexFormat.of().formatHex(mac.doFinal(payload().getBytes(UTF_8)));
        }
    }

    Receiver() throws IOException {
        String named = System.getenv("GITEA_CONTRACT_RECEIVER");
        this.host = named == null || named.isBlank() ? "127.0.0.1" : named;
        this.server = HttpServer.create(
                host.equals("127.0.0.1") ? new InetSocketAddress(host, 0) : new InetSocketAddress(0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                received.add(new Received(exchange.getRequestURI().getPath(), exchange.getRequestHeaders(), body));
                exchange.sendResponseHeaders(answer.get(), -1);
            }
        });
        server.start();
    }

    URI at(String path) {
        return URI.create("http://%s:%d/%s".formatted(host, server.getAddress().getPort(), path));
    }

    void answer(int status) {
        answer.set(status);
    }

    /** All that came to the path so far. */
    List<Received> at(URI url) {
        return received.stream().filter(one -> one.path().equals(url.getPath())).toList();
    }

    /** The first that came to the path and is what is looked for. */
    Received first(URI url, Predicate<Received> wanted) {
        return count(1, url, wanted).getFirst();
    }

    /** That many that came to the path and are what is looked for; waits for them. */
    List<Received> count(int least, URI url, Predicate<Received> wanted) {
        await("%d deliveries to %s; a Gitea refuses hosts that are not in its ALLOWED_HOST_LIST".formatted(least, url))
                .atMost(PATIENCE)
                .until(() -> at(url).stream().filter(wanted).count() >= least);
        return at(url).stream().filter(wanted).toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
