package dev.millrace.ingest.dispatch;

/**
 * Somebody's wish that nothing more is offered.
 *
 * @param reason as they gave it; may be empty
 */
record Pause(String by, String reason) {

    /** What it holds for. */
    enum Scope {
        EVERYTHING,
        REPOSITORY
    }
}
