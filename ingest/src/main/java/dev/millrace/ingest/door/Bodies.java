package dev.millrace.ingest.door;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.springframework.http.HttpStatus;
import org.springframework.util.unit.DataSize;

/**
 * Reads the bodies of requests that nobody has vouched for yet. A body takes memory only as its bytes come in, one is
 * never longer than the limit, and all that are being served together never exceed what was set aside for them.
 * Thread-safe.
 */
public final class Bodies {
    private static final int CHUNK = 8192;

    private final DataSize limit;
    private final Semaphore chunks;

    /**
     * Bodies of one way in.
     *
     * @param limit of one body
     * @param inFlight of all bodies that are being served at the same time
     */
    public Bodies(DataSize limit, DataSize inFlight) {
        this.limit = limit;
        this.chunks = new Semaphore(Math.toIntExact(inFlight.toBytes() / CHUNK));
    }

    /** Refuses with 413 what says itself that it is too long, before a byte is read. */
    public void checkLength(HttpServletRequest request) {
        if (request.getContentLengthLong() > limit.toBytes()) {
            throw tooLong();
        }
    }

    /**
     * Reads the whole body.
     *
     * @return a body whose memory counts until it is closed
     * @throws Problem 413 if it is longer than the limit, 408 if it does not come in time, 503 if too many bodies are
     *     being served
     * @throws IOException if the sender breaks off
     */
    public Body read(HttpServletRequest request, Deadline deadline) throws IOException {
        checkLength(request);
        var body = new Body();
        try {
            body.fill(request.getInputStream(), deadline);
            return body;
        } catch (SocketTimeoutException _) {
            body.close();
            throw tooSlow();
        } catch (IOException | RuntimeException failed) {
            body.close();
            throw failed;
        }
    }

    private Problem tooLong() {
        return Problem.of(
                HttpStatus.CONTENT_TOO_LARGE,
                "the body is longer than the %d bytes allowed".formatted(limit.toBytes()));
    }

    private static Problem tooSlow() {
        return Problem.of(HttpStatus.REQUEST_TIMEOUT, "the body did not come in time");
    }

    /** The bytes of one request. */
    public final class Body implements AutoCloseable {
        private final List<byte[]> parts = new ArrayList<>();
        private int length;
        private int held;

        private Body() {}

        private void fill(InputStream in, Deadline deadline) throws IOException {
            while (true) {
                if (deadline.over()) {
                    throw tooSlow();
                }
                if (!chunks.tryAcquire()) {
                    throw Problem.later("too many requests are being served");
                }
                held++;
                byte[] part = readChunk(in, deadline);
                if (part.length == 0) {
                    return;
                }
                length += part.length;
                if (length > limit.toBytes()) {
                    throw tooLong();
                }
                parts.add(part);
            }
        }

        private static byte[] readChunk(InputStream in, Deadline deadline) throws IOException {
            byte[] part = new byte[CHUNK];
            int filled = 0;
            while (filled < CHUNK) {
                int read = in.read(part, filled, CHUNK - filled);
                if (read < 0) {
                    break;
                }
                filled += read;
                if (deadline.over()) {
                    throw tooSlow();
                }
            }
            return filled == CHUNK ? part : Arrays.copyOf(part, filled);
        }

        /** All bytes, exactly as sent. */
        public byte[] bytes() {
            byte[] all = new byte[length];
            int at = 0;
            for (byte[] part : parts) {
                System.arraycopy(part, 0, all, at, part.length);
                at += part.length;
            }
            return all;
        }

        /** May be called twice. */
        @Override
        public void close() {
            chunks.release(held);
            held = 0;
            parts.clear();
        }
    }
}
