package dev.millrace.worker.sandbox.tether;

import dev.millrace.worker.sandbox.SystemCallFailed;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One answer that somebody waits for. The first that comes counts. */
final class Reply<T> {
    private sealed interface Outcome<T> {
        record Given<T>(T value) implements Outcome<T> {}

        record Failed<T>(Failure failure) implements Outcome<T> {}
    }

    private final AtomicReference<@Nullable Outcome<T>> outcome = new AtomicReference<>();
    private final CountDownLatch came = new CountDownLatch(1);

    /** False if an answer was there already. */
    boolean give(T value) {
        boolean first = outcome.compareAndSet(null, new Outcome.Given<>(value));
        came.countDown();
        return first;
    }

    void fail(Failure failure) {
        outcome.compareAndSet(null, new Outcome.Failed<>(failure));
        came.countDown();
    }

    T await() throws InterruptedException, SystemCallFailed {
        came.await();
        return get();
    }

    /** Empty if it did not come in time. */
    Optional<T> await(Duration within) throws InterruptedException, SystemCallFailed {
        return came.await(TimeUnit.NANOSECONDS.convert(within), TimeUnit.NANOSECONDS)
                ? Optional.of(get())
                : Optional.empty();
    }

    private T get() throws SystemCallFailed {
        return switch (Objects.requireNonNull(outcome.get(), "waited for")) {
            case Outcome.Given<T> given -> given.value();
            case Outcome.Failed<T> failed -> throw failed.failure().thrown();
        };
    }
}
