package dev.millrace.ingest.reconcile;

import java.time.Duration;

/** How long to wait: always the same while all goes well, twice as long after each failure, up to a limit. */
final class Pause {
    private final Duration usual;
    private final Duration longest;
    private Duration next;

    Pause(Duration first, Duration usual, Duration longest) {
        this.usual = usual;
        this.longest = longest;
        this.next = first.compareTo(usual) < 0 ? first : usual;
    }

    Duration next() {
        return next;
    }

    void after(boolean success) {
        Duration doubled = next.multipliedBy(2);
        next = success ? usual : doubled.compareTo(longest) > 0 ? longest : doubled;
    }
}
