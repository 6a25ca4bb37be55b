package dev.millrace.standalone.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Listens in Millrace's place while it is not running, checks who signed, and starts nothing. */
final class OwnDoor implements Arrivals {
    private static final int MOST_BYTES = 8 << 20;
    private static final String HMAC = "HmacSHA256";

    private final HttpServer server;
    private final ExecutorService threads;
    private final byte[] secret;
    private final BlockingQueue<Arrival> arrived = new ArrayBlockingQueue<>(16);

    private OwnDoor(HttpServer server, byte[] secret) {
        this.server = server;
        this.secret = secret;
        this.threads = Executors.newVirtualThreadPerTaskExecutor();
    }

    /**
     * Opens the door.
     *
     * @throws IOException where something else listens on the port
     */
    static OwnDoor open(int port, byte[] secret) throws IOException {
        var door = new OwnDoor(HttpServer.create(new InetSocketAddress(port), 0), secret);
        door.server.setExecutor(door.threads);
        door.server.createContext("/", door::take);
        door.server.start();
        return door;
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES);
            String said = exchange.getRequestHeaders().getFirst("X-Gitea-Signature");
            boolean fits = said != null
                    && MessageDigest.isEqual(
                            said.getBytes(UTF_8), signature(body).getBytes(UTF_8));
            exchange.sendResponseHeaders(fits ? 204 : 401, -1);
            // What does not fit any more comes after what is looked for.
            var _ = arrived.offer(fits ? Arrival.WELL_SIGNED : Arrival.BADLY_SIGNED);
        }
    }

    private String signature(byte[] body) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret, HMAC));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    @Override
    public void forget() {
        arrived.clear();
    }

    @Override
    public Optional<Arrival> await(Duration limit) throws InterruptedException {
        return Optional.ofNullable(arrived.poll(limit.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
