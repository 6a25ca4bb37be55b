package dev.millrace.worker.sandbox.tether;

import dev.millrace.worker.sandbox.Unpacking;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;

/** The entries of an UNPACK. An entry that came only in part ends all of it. */
final class TetherUnpacking implements Unpacking {
    private static final int FILE = 1;
    private static final int DIRECTORY = 2;
    private static final int LINK = 3;
    private static final int COPIED_AT_ONCE = 16 * 1024;

    private final TetherStream<Long> stream;
    private final OutputStream out;

    TetherUnpacking(TetherStream<Long> stream) {
        this.stream = stream;
        out = new BufferedOutputStream(stream.out(), ChannelOutput.PORTION);
    }

    @Override
    public void directory(byte[] path, int mode, Instant modified) throws IOException {
        head(DIRECTORY, path, mode, modified, 0);
    }

    @Override
    public void file(byte[] path, int mode, Instant modified, long size, InputStream content) throws IOException {
        if (size < 0) {
            throw new IllegalArgumentException("a file of " + size + " bytes");
        }
        head(FILE, path, mode, modified, size);
        boolean whole = false;
        try {
            copy(content, size);
            whole = true;
        } finally {
            if (!whole) {
                stream.reset();
            }
        }
    }

    @Override
    public void link(byte[] path, Instant modified, byte[] target) throws IOException {
        head(LINK, path, 0777, modified, target.length);
        out.write(target);
    }

    @Override
    public void finish() throws IOException {
        out.close();
        stream.await();
    }

    @Override
    public void close() {
        stream.reset();
    }

    private void head(int kind, byte[] path, int mode, Instant modified, long size) throws IOException {
        var head = new Bytes()
                .u8(kind)
                .u32(mode)
                .u64(modified.getEpochSecond())
                .string(path)
                .u64(size);
        head.writeTo(out);
    }

    private void copy(InputStream content, long size) throws IOException {
        byte[] some = new byte[(int) Math.min(size, COPIED_AT_ONCE)];
        for (long left = size; left > 0; ) {
            int n = content.read(some, 0, (int) Math.min(left, some.length));
            if (n < 0) {
                throw new EOFException("content of " + (size - left) + " bytes, where " + size + " were promised");
            }
            out.write(some, 0, n);
            left -= n;
        }
    }
}
