package dev.millrace.worker.sandbox.tether;

import dev.millrace.worker.sandbox.FileEntry;
import dev.millrace.worker.sandbox.FileStatus;
import dev.millrace.worker.sandbox.FileSystemSpace;
import dev.millrace.worker.sandbox.Listener;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import dev.millrace.worker.sandbox.Unpacking;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The worker's end of the wire into one sandbox: commands, files and connections, any number of them side by side.
 * Thread-safe.
 *
 * <p>What one thing could not do is {@link SystemCallFailed}. When the wire breaks, or the other end breaks the
 * protocol, the tether is over: every wait ends with {@link SandboxUnavailable}, and so does every later call.
 * Interrupting a thread that waits in here ends the wait with that exception, leaves the thread interrupted, and ends
 * what it had under way inside.
 *
 * <p>Memory: at most 0.6 MiB, much less until frames of full size pass; and, of what the other end sent and nobody read
 * yet, at most 256 KiB for each channel of an open stream. Each end opens 512 streams at most; from this end the next one
 * waits.
 */
public final class Tether implements AutoCloseable {
    private static final int INPUT = 1;
    private static final int PARENTS = 1;
    private static final int COPIED_AT_ONCE = 32 * 1024;
    private static final long LONGEST_MILLIS = 0xffff_ffffL;

    private final Link link;

    private Tether(Link link) {
        this.link = link;
    }

    /**
     * Waits for the other end's hello, and answers it. From then on the wire is this tether's.
     *
     * @param lifetime after which the other end ends by itself
     * @param silence after which it ends when it hears nothing, and this side gives it up when it does; this side says
     *     something three times as often
     * @param within how long the other end's hello may take
     * @throws SandboxUnavailable if it does not come, or is none; the wire is closed then
     */
    public static Tether over(Wire wire, Duration lifetime, Duration silence, Duration within) {
        return new Tether(Link.over(wire, lifetime, silence, within));
    }

    /** The environment of the container itself, which commands get. */
    public Map<String, String> environment() {
        return link.environment();
    }

    /** Starts the lifetime anew. Never waits. */
    public void lifetime(Duration lifetime) {
        link.outbox().oweLifetime(Link.seconds(lifetime));
    }

    /**
     * Asks for a sign of life; without one in time the tether is over.
     *
     * @return how long it took
     */
    public Duration ping(Duration within) {
        long start = System.nanoTime();
        try {
            if (!link.pulse().beat(within)) {
                link.lost("no sign of life came within " + within, null);
                throw link.failure().unavailable();
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new SandboxUnavailable("interrupted while waiting for a sign of life", interrupt);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Starts a command, and does not wait for it: whether it could be started, {@link RemoteProcess#await} tells. */
    public RemoteProcess start(Run run) throws SystemCallFailed {
        var request = new Bytes()
                .u32(millis(run.limit()))
                .u32(millis(run.grace()))
                .u8(run.input() ? INPUT : 0)
                .string(run.directory())
                .strings(run.argv())
                .strings(run.environment().entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .toList());
        var stream = new TetherStream<>(link, Service.RUN, Answers::exit);
        stream.open(request);
        return new RemoteProcess(stream);
    }

    /**
     * Makes or replaces a file.
     *
     * @param mode permissions
     * @param parents whether to make the directories above it
     * @param content read to its end; not closed. An exception that it throws comes through, and leaves what was written
     * @return bytes written
     */
    public long write(String path, int mode, boolean parents, InputStream content) throws IOException {
        var stream = new TetherStream<>(link, Service.WRITE, Fields::count);
        try {
            stream.open(new Bytes().u32(mode).u8(parents ? PARENTS : 0).string(path));
            byte[] some = new byte[COPIED_AT_ONCE];
            for (int n = content.read(some); n >= 0; n = content.read(some)) {
                stream.out().write(some, 0, n);
            }
            stream.out().close();
            return stream.await();
        } finally {
            stream.reset();
        }
    }

    /**
     * The content of a regular file, as it comes; of a symbolic link, the path that it names. Close it.
     *
     * @param path bytes as Linux has them
     * @param limit most bytes to read
     */
    public InputStream read(byte[] path, long offset, long limit) throws SystemCallFailed {
        if (offset < 0 || limit < 0) {
            throw new IllegalArgumentException("offset " + offset + " and limit " + limit + " must not be negative");
        }
        var stream = new TetherStream<>(link, Service.READ, Fields::count);
        stream.open(new Bytes().u64(offset).u64(limit).string(path));
        stream.in(0).awaitFirst();
        return new FilterInputStream(stream.in(0)) {
            @Override
            public void close() {
                stream.reset();
                stream.in(0).close();
            }
        };
    }

    /** What a path is; links are not followed in its last part. */
    public FileStatus stat(String path) throws SystemCallFailed {
        return ask(path).status();
    }

    /** Room on the file system of a path. */
    public FileSystemSpace space(String path) throws SystemCallFailed {
        return ask(path).space();
    }

    /**
     * All that is below a directory: a directory before what is in it, otherwise in no order.
     *
     * @param deepest directories inside each other, the listed one included; deeper fails with ELOOP (40)
     * @param most entries; one more fails with E2BIG (7)
     * @param without names to leave out with all below them
     * @param each gets every entry as it comes, on the calling thread
     * @return how many there were
     */
    public long list(String path, int deepest, long most, Set<String> without, Consumer<FileEntry> each)
            throws SystemCallFailed {
        var stream = new TetherStream<>(link, Service.LIST, Fields::count);
        try {
            stream.open(new Bytes().u32(deepest).u64(most).string(path).strings(without));
            var listing = new Listing(stream.in(0));
            for (var entry = listing.next(); entry != null; entry = listing.next()) {
                each.accept(entry);
            }
            return stream.await();
        } catch (Violation violation) {
            link.violated(violation);
            throw link.failure().unavailable();
        } finally {
            stream.reset();
        }
    }

    /** Begins to put a tree of files below a directory, which is made if it is not there. */
    public Unpacking unpack(String directory) throws SystemCallFailed {
        var stream = new TetherStream<>(link, Service.UNPACK, Answers::unpacked);
        stream.open(new Bytes().string(directory));
        return new TetherUnpacking(stream);
    }

    /**
     * Opens a port on 127.0.0.1 inside. At most 128 connections wait for {@link Listener#accept}; more are reset.
     *
     * @param port 0 for any that is free
     */
    public Listener listen(int port) throws SystemCallFailed {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("no port has the number " + port);
        }
        var listener = new TetherListener(link);
        listener.open(new Bytes().u16(port));
        listener.awaitPort();
        return listener;
    }

    /** Whether the wire still holds. */
    public boolean isOpen() {
        return link.isOpen();
    }

    /** Waits until the threads of a tether that is over have ended; false if they have not. */
    boolean endsWithin(Duration limit) throws InterruptedException {
        return link.endsWithin(limit);
    }

    /** Breaks the wire, so that everything inside ends. Never throws, may be called twice. */
    @Override
    public void close() {
        link.close();
    }

    private Answers.Stat ask(String path) throws SystemCallFailed {
        var stream = new TetherStream<>(link, Service.STAT, Answers::stat);
        stream.open(new Bytes().string(path));
        return stream.await();
    }

    private static long millis(Duration duration) {
        return Math.clamp(TimeUnit.MILLISECONDS.convert(duration), 1, LONGEST_MILLIS);
    }
}
