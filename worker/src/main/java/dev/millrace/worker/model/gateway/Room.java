package dev.millrace.worker.model.gateway;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Memory for the requests of one sandbox, however many it sends at once. Thread-safe. */
final class Room {
    private final Semaphore bytes;

    Room(long bytes) {
        // Fair, so that a large request is not passed over by small ones for ever.
        this.bytes = new Semaphore((int) Math.min(bytes, Integer.MAX_VALUE), true);
    }

    /** Waits until there is room; null if there is none in that time. */
    @Nullable
    Place take(int size, Duration patience) throws InterruptedException {
        return bytes.tryAcquire(size, patience.toMillis(), TimeUnit.MILLISECONDS) ? new Place(size) : null;
    }

    /** A request's place; for one thread. */
    final class Place implements AutoCloseable {
        private int size;

        private Place(int size) {
            this.size = size;
        }

        /** Less than that is needed. */
        void shrink(int needed) {
            bytes.release(Math.max(0, size - needed));
            size = Math.min(size, needed);
        }

        @Override
        public void close() {
            shrink(0);
        }
    }
}
