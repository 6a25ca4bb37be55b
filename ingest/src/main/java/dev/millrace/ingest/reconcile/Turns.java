package dev.millrace.ingest.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whose turn it is to look, of all instances, and how far the last look came. Used by one thread. */
interface Turns extends AutoCloseable {
    /** Waits for the span, and tells whether it is this instance's turn at its end; sooner if interrupted. */
    boolean await(Duration span);

    /** How far was seen; empty before the first look, and where that was so long ago that it was forgotten. */
    Optional<Instant> seen();

    /** Remembers it across restarts; throws where the turn went to another instance meanwhile. */
    void seen(Instant moment);

    @Override
    void close();
}
