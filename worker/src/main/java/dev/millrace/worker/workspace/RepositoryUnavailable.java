package dev.millrace.worker.workspace;

/** The forge or this machine failed: trying again may help. */
public final class RepositoryUnavailable extends RuntimeException {
    public RepositoryUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    public RepositoryUnavailable(String message) {
        super(message);
    }
}
