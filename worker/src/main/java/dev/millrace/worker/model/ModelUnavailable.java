package dev.millrace.worker.model;

/**
 * This worker has no way to a model: none is configured, the endpoint cannot be reached, or it refuses the key. The
 * machine, not the agent, failed: trying again elsewhere may help. Messages never hold keys or prompts.
 */
public final class ModelUnavailable extends RuntimeException {
    public ModelUnavailable(String message) {
        super(message);
    }
}
