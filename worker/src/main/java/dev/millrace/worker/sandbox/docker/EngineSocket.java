package dev.millrace.worker.sandbox.docker;

import com.github.dockerjava.transport.SSLConfig;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the engine's address that is ours to the last byte, both ways at once. docker-java's own way of
 * attaching sends at most 1,024 bytes at a time, through a thread and a pipe.
 */
final class EngineSocket implements Closeable {
    private static final int READ_AHEAD = 64 * 1024;

    private final InputStream in;
    private final OutputStream out;
    private final Closeable socket;

    private EngineSocket(InputStream in, OutputStream out, Closeable socket) {
        this.in = new BufferedInputStream(in, READ_AHEAD);
        this.out = out;
        this.socket = socket;
    }

    /** @param tls null where the engine is spoken to in the clear */
    static EngineSocket connect(URI host, @Nullable SSLConfig tls, Duration limit) throws IOException {
        return switch (String.valueOf(host.getScheme())) {
            case "unix" -> unix(host.getPath());
            case "tcp", "http", "https" -> tcp(host, tls, Math.toIntExact(limit.toMillis()));
            default ->
                throw new IOException("a sandbox needs an engine at unix:// or tcp://, DOCKER_HOST says " + host);
        };
    }

    private static EngineSocket unix(String path) throws IOException {
        var channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
        return new EngineSocket(Channels.newInputStream(channel), Channels.newOutputStream(channel), channel);
    }

    private static EngineSocket tcp(URI host, @Nullable SSLConfig tls, int limit) throws IOException {
        var socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host.getHost(), host.getPort()), limit);
            // Frames are small and somebody waits for each.
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            SSLContext context = tls == null ? null : tls.getSSLContext();
            Socket spoken = context == null ? socket : secured(context, socket, host);
            return new EngineSocket(spoken.getInputStream(), spoken.getOutputStream(), spoken);
        } catch (IOException | GeneralSecurityException failed) {
            socket.close();
            throw failed instanceof IOException io ? io : new IOException(failed);
        }
    }

    private static Socket secured(SSLContext context, Socket socket, URI host) throws IOException {
        var secured = (SSLSocket)
                context.getSocketFactory().createSocket(socket, host.getHost(), host.getPort(), /* autoClose= */ true);
        var parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    InputStream in() {
        return in;
    }

    /** For a thread that nobody interrupts: that would close the connection. */
    OutputStream out() {
        return out;
    }

    /** Ends both directions; a read or write that waits fails. Never throws. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // It is as closed as it will get.
        }
    }
}
