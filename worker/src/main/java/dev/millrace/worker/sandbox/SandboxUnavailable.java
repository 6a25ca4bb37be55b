package dev.millrace.worker.sandbox;

/** The machine, not the agent, failed: trying again elsewhere may help. */
public final class SandboxUnavailable extends RuntimeException {
    public SandboxUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    public SandboxUnavailable(String message) {
        super(message);
    }
}
