package dev.millrace.worker.model.gateway;

import dev.millrace.worker.sandbox.Connection;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection that came through a sandbox's wire, in the only shape that the HTTP library takes. */
final class StreamSocket extends Socket {
    private final Connection connection;
    private volatile boolean closed;

    StreamSocket(Connection connection) {
        this.connection = connection;
    }

    @Override
    public InputStream getInputStream() {
        return connection.in();
    }

    @Override
    public OutputStream getOutputStream() {
        return connection.out();
    }

    @Override
    public void close() {
        closed = true;
        connection.close();
    }

    @Override
    public void shutdownInput() {}

    @Override
    public void shutdownOutput() {}

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return null;
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return null;
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return null;
    }

    /** The wire knows no such limit: what ends a silent connection is the end of the attempt. */
    @Override
    public void setSoTimeout(int millis) {}

    @Override
    public int getSoTimeout() {
        return 0;
    }

    @Override
    public void setSoLinger(boolean on, int seconds) {}
}
