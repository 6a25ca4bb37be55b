package dev.millrace.bench.sandbox;

import dev.millrace.worker.sandbox.docker.DockerSandboxes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/** Waits, outside of what is measured, until a pool is full again. */
final class Readiness {
    private static final String READY = "millrace.sandbox.ready";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(20);
    /** Whoever filled it may still be putting things in order. */
    private static final Duration CALM = Duration.ofMillis(100);

    private final DoubleSupplier ready;
    private final int wanted;

    private Readiness(DoubleSupplier ready, int wanted) {
        this.ready = ready;
        this.wanted = wanted;
    }

    /** Of sandboxes in this process. */
    static Readiness of(DockerSandboxes sandboxes, int wanted) {
        var meters = new SimpleMeterRegistry();
        sandboxes.bindTo(meters);
        return new Readiness(() -> meters.get(READY).gauge().value(), wanted);
    }

    /** Of sandboxes behind a meter of that name. */
    static Readiness of(Meters meters, int wanted) {
        return new Readiness(() -> meters.value(READY), wanted);
    }

    /** Where a gauge can be read. */
    interface Meters {
        double value(String gauge);
    }

    void await() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (ready.getAsDouble() < wanted) {
            if (System.nanoTime() > deadline) {
                throw new IOException("no %d sandboxes were ready within %s".formatted(wanted, LIMIT));
            }
            Thread.sleep(PAUSE);
        }
        Thread.sleep(CALM);
    }
}
