package dev.millrace.ingest.dispatch;

/** A record that can be read but breaks a rule; it becomes a dead letter, and the stream goes on. */
final class InvalidRecord extends RuntimeException {
    InvalidRecord(String message, Throwable cause) {
        super(message, cause);
    }

    InvalidRecord(String message) {
        super(message);
    }
}
