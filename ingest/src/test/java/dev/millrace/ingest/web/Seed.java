package dev.millrace.ingest.web;

/** A delivery that is still whole. */
final class Seed {
    private final String event;
    private final String type;
    private final String contentType;
    private final byte[] body;

    Seed(String event, String type, String contentType, byte[] body) {
        this.event = event;
        this.type = type;
        this.contentType = contentType;
        this.body = body;
    }

    String event() {
        return event;
    }

    String type() {
        return type;
    }

    String contentType() {
        return contentType;
    }

    byte[] body() {
        return body;
    }
}
