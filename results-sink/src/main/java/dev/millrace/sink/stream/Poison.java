package dev.millrace.sink.stream;

/** The record will never be of use, however often it is tried. */
public final class Poison extends RuntimeException {
    public Poison(String message, Throwable cause) {
        super(message, cause);
    }
}
