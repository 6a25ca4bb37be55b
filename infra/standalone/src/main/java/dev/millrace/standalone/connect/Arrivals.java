package dev.millrace.standalone.connect;

import java.time.Duration;
import java.util.Optional;

/** Sees deliveries come in where Gitea was told to deliver. */
public interface Arrivals extends AutoCloseable {
    /** How a delivery came. */
    enum Arrival {
        WELL_SIGNED,
        BADLY_SIGNED
    }

    /** Forgets what came so far. */
    void forget();

    /** Waits for the first delivery that came since; empty where none does in time. */
    Optional<Arrival> await(Duration limit) throws InterruptedException;

    @Override
    void close();
}
