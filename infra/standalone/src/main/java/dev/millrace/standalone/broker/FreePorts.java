package dev.millrace.standalone.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports of loopback that nobody listens on at the moment. */
public final class FreePorts {
    private FreePorts() {}

    /** Two different ports; somebody else may take them before the broker does. */
    public static EmbeddedBroker.Ports forBroker() {
        try (var first = listen();
                var second = listen()) {
            return new EmbeddedBroker.Ports(first.getLocalPort(), second.getLocalPort());
        } catch (IOException none) {
            throw new UncheckedIOException("no free port on loopback", none);
        }
    }

    /** One such port. */
    public static int one() {
        try (var socket = listen()) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException("no free port on loopback", none);
        }
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }
}
