package dev.millrace.worker.sandbox;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * One hardened container for one attempt, with no network and no secret in it. Commands run one at a time; different
 * sandboxes may be used from different threads. Interrupting a thread that waits in here ends the wait; what runs inside
 * ends with {@link #close()} at the latest.
 */
public interface Sandbox extends AutoCloseable {
    /** Where the repository lies inside. */
    String WORKSPACE = "/workspace";
    /** Where Millrace keeps the pristine objects of the base inside, away from what the agent works on. */
    String BASE = "/base";

    /**
     * Runs a command and keeps the head and tail of its output.
     *
     * @throws SandboxUnavailable if the container or the engine failed; never for what the command did
     */
    Ended run(Command command);

    /**
     * Runs a command with bytes going in and coming out unchanged; standard error is kept in the result.
     *
     * @param stdin copied to the command until its end; not closed. The command must know by itself where its input
     *     ends, since closing the way in is not reliable everywhere
     * @param stdout gets the command's output; not closed. An exception that it throws ends the command
     *     with exit code 141, as a closed pipe does
     * @throws SandboxUnavailable if the container or the engine failed; never for what the command did
     * @throws java.io.UncheckedIOException if {@code stdin} could not be read; the command was ended
     */
    Ended pipe(Command command, InputStream stdin, OutputStream stdout);

    /** Never throws, may be called twice, and works even if the sandbox died before. */
    @Override
    void close();
}
