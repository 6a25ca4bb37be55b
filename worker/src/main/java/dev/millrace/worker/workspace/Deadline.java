package dev.millrace.worker.workspace;

import java.time.Duration;
import org.eclipse.jgit.lib.EmptyProgressMonitor;

/** Tells JGit to stop when time is up or the thread was interrupted. */
final class Deadline extends EmptyProgressMonitor {
    private final long end;

    Deadline(Duration limit) {
        end = System.nanoTime() + limit.toNanos();
    }

    @Override
    public boolean isCancelled() {
        return System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted();
    }
}
