package dev.millrace.ingest.door;

import dev.millrace.schemas.wire.TraceParent;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The trace that a call goes on with. */
public final class IncomingTrace {
    private IncomingTrace() {}

    /** The caller's; a new one where it sends none or nonsense. */
    public static TraceParent of(HttpServletRequest http) {
        return Optional.ofNullable(http.getHeader(TraceParent.HEADER))
                .filter(TraceParent::isOne)
                .map(TraceParent::new)
                .orElseGet(() -> TraceParent.start(ThreadLocalRandom.current()));
    }
}
