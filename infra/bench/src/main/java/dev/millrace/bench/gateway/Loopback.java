package dev.millrace.bench.gateway;

import dev.millrace.worker.sandbox.Connection;
import dev.millrace.worker.sandbox.Listener;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A port of this machine in place of one in a sandbox, so that the gateway is measured without a wire. */
final class Loopback implements Listener {
    private final ServerSocket server;

    Loopback() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @Override
    public int port() {
        return server.getLocalPort();
    }

    @Override
    public Connection accept() {
        try {
            return connection(server.accept());
        } catch (IOException ended) {
            throw new SandboxUnavailable("the port is closed", ended);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Connection connection(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        return new OfSocket(socket, socket.getInputStream(), socket.getOutputStream());
    }

    private record OfSocket(Socket socket, InputStream in, OutputStream out) implements Connection {
        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
