package dev.millrace.sink.changeset;

/** The pack is not one that may be used; the message is for a person. */
final class PackRefused extends Exception {
    PackRefused(String reason) {
        super(reason);
    }
}
