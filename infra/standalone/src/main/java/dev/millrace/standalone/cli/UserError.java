package dev.millrace.standalone.cli;

/** What was asked cannot be done as asked; the message names the thing and the remedy, no stack trace is wanted. */
public final class UserError extends RuntimeException {
    public UserError(String message) {
        super(message);
    }

    public UserError(String message, Throwable cause) {
        super(message, cause);
    }
}
