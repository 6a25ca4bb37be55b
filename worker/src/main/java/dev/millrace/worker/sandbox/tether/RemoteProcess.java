package dev.millrace.worker.sandbox.tether;

import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * A command inside. Its output must be read, or closed, which drops it from then on: a command whose output nobody takes
 * waits, as at a full pipe. Each of its three byte streams is for one thread at a time; all of them throw
 * {@link SandboxUnavailable} if the tether breaks, or the thread is interrupted, which also kills the command.
 */
public final class RemoteProcess implements AutoCloseable {
    private static final int SIGNALS = 64;

    private final TetherStream<Exit> stream;

    RemoteProcess(TetherStream<Exit> stream) {
        this.stream = stream;
    }

    /**
     * Its standard input, unbuffered; closing it is the end of that. Writing after the command's end throws
     * {@link SystemCallFailed}.
     *
     * @throws IllegalStateException if the command was started without
     */
    public OutputStream stdin() {
        return stream.out();
    }

    public InputStream stdout() {
        return stream.in(1);
    }

    public InputStream stderr() {
        return stream.in(2);
    }

    /**
     * Sends a signal to its process group; nothing, if it has ended.
     *
     * @param signal Linux's number, such as 15 for SIGTERM
     */
    public void signal(int signal) {
        if (signal < 1 || signal > SIGNALS) {
            throw new IllegalArgumentException("no signal has the number " + signal);
        }
        try {
            stream.say(to -> to.frame(stream.number(), FrameType.SIGNAL, 1).u8(signal));
        } catch (SystemCallFailed _) {
            // It has ended.
        }
    }

    /**
     * Waits for its end, and that of its output: somebody must read that meanwhile.
     *
     * @throws SystemCallFailed if it could not be started, or was killed from here (ECANCELED, 125)
     * @throws InterruptedException if the thread was interrupted; the command was killed
     */
    public Exit await() throws InterruptedException, SystemCallFailed {
        try {
            return stream.result().await();
        } catch (InterruptedException interrupt) {
            kill();
            throw interrupt;
        }
    }

    /** Likewise, at most so long; empty if it still runs then. */
    public Optional<Exit> await(Duration within) throws InterruptedException, SystemCallFailed {
        try {
            return stream.result().await(within);
        } catch (InterruptedException interrupt) {
            kill();
            throw interrupt;
        }
    }

    /** Kills all that the command started, at once, and drops its output. Nothing, if it has ended. Never waits. */
    public void kill() {
        stream.reset();
    }

    /** Kills it if it still runs, and drops what of its output nobody read. Never throws, may be called twice. */
    @Override
    public void close() {
        kill();
        stream.in(1).close();
        stream.in(2).close();
    }
}
