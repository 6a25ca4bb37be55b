package dev.millrace.ingest.door;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The moment by which a request is answered; everything that it waits for shares it. Thread-safe. */
public final class Deadline {
    private final long end;

    private Deadline(long end) {
        this.end = end;
    }

    public static Deadline in(Duration span) {
        return new Deadline(System.nanoTime() + span.toNanos());
    }

    public boolean over() {
        return nanosLeft() <= 0;
    }

    /**
     * Does the work in a thread of its own, which is interrupted when the deadline comes first.
     *
     * @return what the work returned; what it threw is thrown
     * @throws TimeoutException if the work did not end in time, or the caller was interrupted; the work may still be
     *     ending
     */
    public <T> T await(Supplier<T> work) throws TimeoutException {
        var task = new FutureTask<>(work::get);
        Thread.ofVirtual().name("within-deadline").start(task);
        try {
            return task.get(Math.max(0, nanosLeft()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case RuntimeException fault -> throw fault;
                case Error fault -> throw fault;
                case null, default -> throw new IllegalStateException(failed);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("stopped while waiting");
        } finally {
            task.cancel(true);
        }
    }

    private long nanosLeft() {
        return end - System.nanoTime();
    }
}
