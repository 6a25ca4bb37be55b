package dev.millrace.worker.sandbox.docker;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * A container's standard output, out of the stream in which the engine carries standard error beside it: each piece has
 * a head of 8 bytes, the first of which says whose it is and the last four how long. For one reader.
 */
final class Incoming extends InputStream {
    private static final int HEAD = 8;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    /** Standard error of the engine itself. */
    private static final int ENGINE = 3;

    private final InputStream source;
    private final OutputStream stderr;
    private long left;

    Incoming(InputStream source, OutputStream stderr) {
        this.source = source;
        this.stderr = stderr;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (left == 0) {
            if (!nextPiece()) {
                return -1;
            }
        }
        int count = source.read(into, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new EOFException("the engine's stream ended within a piece");
        }
        left -= count;
        return count;
    }

    private boolean nextPiece() throws IOException {
        byte[] head = source.readNBytes(HEAD);
        if (head.length < HEAD) {
            return false;
        }
        long length = Integer.toUnsignedLong(ByteBuffer.wrap(head).getInt(4));
        switch (head[0]) {
            case STDOUT -> left = length;
            case STDERR, ENGINE -> aside(length);
            default -> throw new IOException("the engine's stream has a piece of unknown kind " + head[0]);
        }
        return true;
    }

    private void aside(long length) throws IOException {
        for (long rest = length; rest > 0; ) {
            byte[] some = source.readNBytes((int) Math.min(rest, 8192));
            if (some.length == 0) {
                throw new EOFException("the engine's stream ended within a piece");
            }
            stderr.write(some);
            rest -= some.length;
        }
    }
}
