package dev.millrace.worker.model.gateway;

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

/** A port of this machine that stands for one in a sandbox. */
final class LoopbackListener implements Listener {
    private final ServerSocket server;

    LoopbackListener() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public int port() {
        return server.getLocalPort();
    }

    @Override
    public Connection accept() {
        try {
            Socket socket = server.accept();
            socket.setTcpNoDelay(true);
            return new SocketConnection(socket, socket.getInputStream(), socket.getOutputStream());
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

    private record SocketConnection(Socket socket, InputStream in, OutputStream out) implements Connection {
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
