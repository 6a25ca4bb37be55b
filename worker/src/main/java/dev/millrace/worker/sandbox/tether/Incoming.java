package dev.millrace.worker.sandbox.tether;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The reader of the wire: takes frames apart, holds them against the protocol, and hands what they carry to their
 * streams. It waits for the wire and for nothing else.
 */
final class Incoming implements Runnable {
    private static final int BUFFER = 16 * 1024;

    private final DataInputStream in;
    private final Streams streams;
    private final Link link;
    private byte[] payload = new byte[1024];
    private boolean greeted;

    Incoming(InputStream in, Streams streams, Link link) {
        this.in = new DataInputStream(new BufferedInputStream(in, BUFFER));
        this.streams = streams;
        this.link = link;
    }

    @Override
    public void run() {
        try {
            while (true) {
                frame();
            }
        } catch (EOFException e) {
            link.lost("the other end is gone", e);
        } catch (IOException e) {
            link.lost("it cannot be read: " + e.getMessage(), e);
        } catch (Violation e) {
            link.violated(e);
        } catch (RuntimeException | Error e) {
            link.lost("its reader failed: " + e, e);
            throw e;
        }
    }

    private void frame() throws IOException, Violation {
        int stream = in.readInt();
        int head = in.readInt();
        var type = FrameType.heard(head >>> 24);
        int length = head & 0xff_ffff;
        if (length > FrameType.LONGEST) {
            throw new Violation(type + " of " + length + " bytes, more than " + FrameType.LONGEST);
        }
        if (length > payload.length) {
            payload = new byte[Math.max(length, Math.min(FrameType.LONGEST, 2 * payload.length))];
        }
        in.readFully(payload, 0, length);
        link.heard();
        if (type.ofConnection() != (stream == 0)) {
            throw new Violation(type + " on stream " + Integer.toUnsignedString(stream));
        }
        if ((type == FrameType.HELLO) == greeted) {
            throw new Violation(greeted ? "HELLO twice" : type + " before HELLO");
        }
        handOver(stream, type, new Fields(payload, length));
    }

    private void handOver(int stream, FrameType type, Fields fields) throws Violation {
        switch (type) {
            case HELLO -> {
                greeted = true;
                link.greeted(fields);
            }
            case PONG -> {
                long token = fields.u64();
                fields.end();
                link.pulse().pong(token);
            }
            case ACCEPTED -> accepted(stream, fields);
            case DATA, END, CREDIT, OPENED, RESULT, ERROR, RESET -> {
                var open = streams.get(stream);
                if (open != null) {
                    open.heard(type, fields);
                }
            }
            case PING, LIFETIME, OPEN, MORE, SIGNAL -> throw new Violation("it said " + type);
        }
    }

    private void accepted(int number, Fields fields) throws Violation {
        int port = (int) fields.u32();
        fields.end();
        var connection = new TetherConnection(link);
        streams.accepted(number, connection);
        var listening = port > 0 ? streams.get(port) : connection;
        if (listening == null) {
            // Its LISTEN is over on this side, and the other end does not know yet.
            connection.close();
        } else if (listening instanceof TetherListener listener) {
            listener.accepted(connection);
        } else {
            throw new Violation("ACCEPTED for stream " + Integer.toUnsignedString(port) + ", which is no LISTEN");
        }
    }
}
