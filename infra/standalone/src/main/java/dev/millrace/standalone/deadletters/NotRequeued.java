package dev.millrace.standalone.deadletters;

/** A letter stays where it is; the message says why, and what can be done. */
public final class NotRequeued extends Exception {
    NotRequeued(String message) {
        super(message);
    }
}
