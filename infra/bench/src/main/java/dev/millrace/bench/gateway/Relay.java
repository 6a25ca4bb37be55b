package dev.millrace.bench.gateway;

import dev.millrace.worker.sandbox.Connection;
import dev.millrace.worker.sandbox.Listener;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;

/** A port in a sandbox that leads to a server as it is: the wire alone. Close it. */
final class Relay implements AutoCloseable {
    private final Listener listener;
    private final URI server;

    Relay(Listener listener, URI server) {
        this.listener = listener;
        this.server = server;
        Thread.ofVirtual().name("relay").start(this::serve);
    }

    int port() {
        return listener.port();
    }

    @Override
    public void close() {
        listener.close();
    }

    private void serve() {
        try {
            while (true) {
                Connection connection = listener.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (SandboxUnavailable over) {
            // the measurement is over, and with it the port
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Connection connection) {
        try (connection;
                var socket = new Socket(server.getHost(), server.getPort())) {
            socket.setTcpNoDelay(true);
            Thread.ofVirtual().start(() -> copy(connection, socket));
            pass(socket.getInputStream(), connection.out());
        } catch (IOException broken) {
            // The client says what it did not hear.
        }
    }

    private static void copy(Connection connection, Socket socket) {
        try {
            pass(connection.in(), socket.getOutputStream());
            socket.shutdownOutput();
        } catch (IOException broken) {
            // The client says what it did not hear.
        }
    }

    /** Each piece at once, as it comes. */
    private static void pass(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        int length;
        while ((length = in.read(buffer)) >= 0) {
            out.write(buffer, 0, length);
            out.flush();
        }
    }
}
