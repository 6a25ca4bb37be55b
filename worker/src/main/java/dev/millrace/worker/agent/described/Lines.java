package dev.millrace.worker.agent.described;

import java.io.ByteArrayOutputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Takes a program's output apart into lines, as they come. Of a line that is too long, the end is left out. */
final class Lines extends OutputStream {
    /** Longer than anything that an agent writes about one step. */
    static final int LONGEST = 8 << 20;

    private final Taker taker;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /** Takes a line; may wait. */
    interface Taker {
        void take(String line) throws InterruptedException;
    }

    Lines(Taker taker) {
        this.taker = taker;
    }

    @Override
    public void write(int b) throws InterruptedIOException {
        if (b == '\n') {
            end();
        } else if (line.size() < LONGEST) {
            line.write(b);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws InterruptedIOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int start = offset;
        for (int at = offset; at < offset + length; at++) {
            if (bytes[at] == '\n') {
                append(bytes, start, at);
                end();
                start = at + 1;
            }
        }
        append(bytes, start, offset + length);
    }

    /** What came after the last line's end. */
    void finish() throws InterruptedIOException {
        if (line.size() > 0) {
            end();
        }
    }

    private void append(byte[] bytes, int from, int to) {
        line.write(bytes, from, Math.min(to - from, LONGEST - line.size()));
    }

    private void end() throws InterruptedIOException {
        try {
            taker.take(line.toString(StandardCharsets.UTF_8));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("nobody takes the output any more");
        } finally {
            line.reset();
        }
    }
}
