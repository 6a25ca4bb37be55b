package dev.millrace.worker.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;

/**
 * A tree of files on its way into a sandbox. Paths are relative, without empty, {@code .} or {@code ..} parts; the
 * directories above them are made. For one thread. What the sandbox could not take is told by any later call, at the
 * latest by {@link #finish}.
 */
public interface Unpacking extends AutoCloseable {

    void directory(byte[] path, int mode, Instant modified) throws IOException;

    /**
     * One regular file.
     *
     * @param content read for exactly {@code size} bytes; not closed
     */
    void file(byte[] path, int mode, Instant modified, long size, InputStream content) throws IOException;

    void link(byte[] path, Instant modified, byte[] target) throws IOException;

    /** Returns once everything is there. */
    void finish() throws IOException;

    /** Leaves it at what is there, if it was not finished. Never throws. */
    @Override
    void close();
}
