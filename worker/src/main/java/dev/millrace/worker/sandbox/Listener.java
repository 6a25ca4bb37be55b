package dev.millrace.worker.sandbox;

/** An open port inside a sandbox. Thread-safe. */
public interface Listener extends AutoCloseable {

    int port();

    /**
     * Waits for the next connection.
     *
     * @throws InterruptedException if the thread was interrupted
     * @throws SandboxUnavailable if the sandbox ended, or this was closed
     */
    Connection accept() throws InterruptedException;

    /** Closes the port; connections that were accepted stay. Never throws. */
    @Override
    void close();
}
