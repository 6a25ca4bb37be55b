package dev.millrace.worker.workspace;

import java.time.Duration;

/** Interrupts the thread that made it when time is up, unless it is closed before. */
final class Watch implements AutoCloseable {
    private final Thread watched = Thread.currentThread();
    private final Thread timer;
    private boolean over;
    private boolean closed;

    Watch(Duration limit) {
        timer = Thread.startVirtualThread(() -> sleep(limit));
    }

    private void sleep(Duration limit) {
        try {
            Thread.sleep(limit);
        } catch (InterruptedException _) {
            return; // closed
        }
        synchronized (this) {
            if (!closed) {
                over = true;
                watched.interrupt();
            }
        }
    }

    /** Whether time was up. */
    synchronized boolean over() {
        return over;
    }

    /** Takes its own interrupt back. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            timer.interrupt();
            if (over) {
                Thread.interrupted();
            }
        }
    }
}
