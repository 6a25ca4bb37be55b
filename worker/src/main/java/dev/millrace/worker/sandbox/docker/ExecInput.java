package dev.millrace.worker.sandbox.docker;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** What goes into one exec. It ends early when the command is over, and tells apart whose fault an early end is. */
final class ExecInput extends InputStream {
    private final InputStream source;
    private final Runnable onFailure;
    private volatile boolean over;
    private volatile @Nullable IOException failure;

    /** @param onFailure called when the source cannot be read, since the command would wait for it in vain */
    ExecInput(InputStream source, Runnable onFailure) {
        this.source = source;
        this.onFailure = onFailure;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (over) {
            return -1;
        }
        try {
            int count = source.read(into, offset, length);
            return over ? -1 : count;
        } catch (IOException unreadable) {
            fail(unreadable);
        } catch (RuntimeException unreadable) {
            fail(new IOException(unreadable));
        }
        return -1;
    }

    private void fail(IOException unreadable) {
        if (!over) {
            failure = unreadable;
            onFailure.run();
        }
    }

    /** From now on nothing is read from the source. */
    void end() {
        over = true;
    }

    @Nullable
    IOException failure() {
        return failure;
    }

    /** The source belongs to the caller. */
    @Override
    public void close() {
        end();
    }
}
