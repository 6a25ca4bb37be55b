package dev.millrace.ingest.trigger;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks what does not hang on each other at the same time. Closing it interrupts what nobody waits for any more; how long
 * a question may take is the business of whoever is asked.
 */
final class Questions implements AutoCloseable {
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("question-", 0).factory());

    /** What was asked; the answer is waited for only where it is needed. */
    record Asked<T>(Future<T> future) {
        /**
         * The answer.
         *
         * @throws RuntimeException what the question threw
         */
        T answer() {
            try {
                return future.get();
            } catch (ExecutionException failed) {
                switch (failed.getCause()) {
                    case RuntimeException fault -> throw fault;
                    case Error fault -> throw fault;
                    case null, default -> throw new IllegalStateException(failed.getCause());
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("stopped while the forge was asked", stopped);
            }
        }
    }

    <T> Asked<T> ask(Callable<T> question) {
        return new Asked<>(threads.submit(question));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
