package dev.millrace.worker.attempt;

/** Somebody else holds the task now: whatever this attempt does counts for nothing. */
public final class LeaseLost extends Exception {
    public LeaseLost(String message) {
        super(message);
    }
}
