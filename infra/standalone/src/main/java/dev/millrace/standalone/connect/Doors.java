package dev.millrace.standalone.connect;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Where deliveries to this machine can be seen, and by which address Gitea may find it. */
public final class Doors {
    private static final int PATIENCE = 5_000;

    private Doors() {}

    /**
     * Millrace's own door where it runs, one in its place where it does not.
     *
     * @param port where Millrace listens for webhooks; its actuator listens on the next one
     * @throws IOException where something else has the port
     */
    public static Arrivals at(int port, String secret) throws IOException, InterruptedException {
        try {
            return OwnDoor.open(port, secret.getBytes(StandardCharsets.UTF_8));
        } catch (IOException taken) {
            try {
                return RunningDoor.at(URI.create("http://127.0.0.1:" + (port + 1)));
            } catch (IOException noMillrace) {
                taken.addSuppressed(noMillrace);
                throw new IOException(
                        "port %d is taken, by something that does not answer as Millrace does; give --port"
                                .formatted(port),
                        taken);
            }
        }
    }

    /** This machine's address on the way to Gitea, which is mostly the one on the way back. */
    public static InetAddress seenFrom(URI gitea) throws IOException {
        int usual = "https".equalsIgnoreCase(gitea.getScheme()) ? 443 : 80;
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(gitea.getHost(), gitea.getPort() < 0 ? usual : gitea.getPort()), PATIENCE);
            return socket.getLocalAddress();
        }
    }
}
