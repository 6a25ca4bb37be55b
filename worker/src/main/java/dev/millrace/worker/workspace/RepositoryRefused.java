package dev.millrace.worker.workspace;

/** The repository cannot be had as it was asked for, and asking again would not help. */
public final class RepositoryRefused extends RuntimeException {
    public RepositoryRefused(String message, Throwable cause) {
        super(message, cause);
    }

    public RepositoryRefused(String message) {
        super(message);
    }
}
