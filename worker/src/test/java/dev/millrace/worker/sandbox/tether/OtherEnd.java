package dev.millrace.worker.sandbox.tether;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A wire whose other end is the test: it says what it likes and sees every frame that comes. */
final class OtherEnd implements Wire {
    private static final int PATIENCE_MILLIS = 20_000;

    /** A frame that came. */
    @SuppressWarnings("ArrayRecordComponent") // looked at, not compared
    record Frame(int stream, int type, byte[] payload) {
        Fields fields() {
            return new Fields(payload, payload.length);
        }
    }

    private final Socket near;
    private final Socket far;
    private final DataInputStream heard;
    private final AtomicInteger diagnoses = new AtomicInteger();

    OtherEnd() {
        try (var door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            near = new Socket(door.getInetAddress(), door.getLocalPort());
            far = door.accept();
            far.setSoTimeout(PATIENCE_MILLIS);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            heard = new DataInputStream(new BufferedInputStream(far.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Bytes hello(String... environment) {
        return new Bytes().u8('M').u8('L').u8('R').u8('T').u16(1).strings(List.of(environment));
    }

    void say(int stream, FrameType type, Bytes payload) {
        say(stream, type.code(), payload);
    }

    void say(int stream, int type, Bytes payload) {
        byte[] bytes = payload.toArray();
        raw(new Bytes()
                .u32(stream)
                .u8(type)
                .u8(bytes.length >> 16)
                .u16(bytes.length)
                .raw(bytes, 0, bytes.length));
    }

    void raw(Bytes bytes) {
        try {
            bytes.writeTo(far.getOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next frame; fails if none comes. */
    Frame hear() {
        try {
            int stream = heard.readInt();
            int head = heard.readInt();
            byte[] payload = new byte[head & 0xff_ffff];
            heard.readFully(payload);
            return new Frame(stream, head >>> 24, payload);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next frame of that type; others are passed over. */
    Frame hear(FrameType type) {
        while (true) {
            var frame = hear();
            if (frame.type() == type.code()) {
                return frame;
            }
        }
    }

    /** Says no more, without a word. */
    void end() {
        try {
            far.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isClosed() {
        return near.isClosed();
    }

    int diagnoses() {
        return diagnoses.get();
    }

    @Override
    public InputStream in() {
        return stream(near::getInputStream);
    }

    @Override
    public OutputStream out() {
        return stream(near::getOutputStream);
    }

    @Override
    public String diagnosis() {
        diagnoses.incrementAndGet();
        return "the test ended it";
    }

    @Override
    public void close() {
        try {
            near.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Open<T> {
        T open() throws IOException;
    }

    private static <T> T stream(Open<T> of) {
        try {
            return of.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
