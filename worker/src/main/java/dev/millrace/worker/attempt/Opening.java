package dev.millrace.worker.attempt;

import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.Sandboxes;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A sandbox that is being opened on a thread of its own, while this one does something else. */
final class Opening implements AutoCloseable {
    private final Sandboxes sandboxes;
    private final String probable;
    private final Map<String, String> labels;
    private final FutureTask<Sandbox> opened;
    private final Thread thread;
    private boolean over;

    /** @param probable image, that is opened at once */
    Opening(Sandboxes sandboxes, String probable, Map<String, String> labels) {
        this.sandboxes = sandboxes;
        this.probable = probable;
        this.labels = labels;
        opened = new FutureTask<>(() -> sandboxes.open(probable, labels));
        thread = Thread.ofVirtual().name("open a sandbox").start(opened);
    }

    /**
     * The sandbox, once it is open; to be closed by the caller.
     *
     * @param image that it is to have after all
     * @throws RuntimeException whatever opening it threw
     */
    Sandbox sandbox(String image) throws InterruptedException {
        if (!image.equals(probable)) {
            close();
            return sandboxes.open(image, labels);
        }
        try {
            Sandbox sandbox = opened.get();
            over = true;
            return sandbox;
        } catch (ExecutionException failed) {
            over = true;
            throw rethrown(failed);
        }
    }

    private static RuntimeException rethrown(ExecutionException failed) {
        if (failed.getCause() instanceof Error error) {
            throw error;
        }
        return failed.getCause() instanceof RuntimeException known ? known : new IllegalStateException(failed);
    }

    /** Leaves nothing open that nobody took, and returns only when the other thread has ended. */
    @Override
    public void close() {
        if (over) {
            return;
        }
        over = true;
        thread.interrupt();
        boolean interrupted = Thread.interrupted();
        while (true) {
            try {
                opened.get().close();
                break;
            } catch (InterruptedException again) {
                interrupted = true;
            } catch (ExecutionException nothingToClose) {
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
