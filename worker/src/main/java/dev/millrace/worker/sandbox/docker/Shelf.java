package dev.millrace.worker.sandbox.docker;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a pool has ready of one image. Guarded by the pool's lock. */
final class Shelf<S> {
    private record Ready<S>(S sandbox, Instant expires) {}

    private final Deque<Ready<S>> ready = new ArrayDeque<>();
    private final Consumer<S> ending;
    private TetheredImage image;
    private Instant used = Instant.MIN;

    /** @param ending for what this lets go of */
    Shelf(TetheredImage image, Consumer<S> ending) {
        this.image = image;
        this.ending = ending;
    }

    TetheredImage image() {
        return image;
    }

    int count() {
        return ready.size();
    }

    /** Somebody wants one of this image. */
    void use(TetheredImage now, Instant when) {
        used = when;
        renew(now, when);
    }

    @Nullable
    S poll() {
        var first = ready.poll();
        return first == null ? null : first.sandbox();
    }

    /** Whether it was. */
    boolean put(TetheredImage of, S started, Instant expires) {
        return of.equals(image) && ready.add(new Ready<>(started, expires));
    }

    /** Whether nobody used it lately, when all that it had is over. */
    boolean isForgotten(TetheredImage now, Instant when) {
        renew(now, when);
        boolean forgotten = used.plus(Pool.LATELY).isBefore(when);
        if (forgotten) {
            empty();
        }
        return forgotten;
    }

    private void renew(TetheredImage now, Instant when) {
        if (!now.equals(image)) {
            empty();
            image = now;
        }
        while (!ready.isEmpty() && !ready.getFirst().expires().isAfter(when)) {
            ending.accept(ready.removeFirst().sandbox());
        }
    }

    /** Lets go of all that was ready. */
    void empty() {
        ready.forEach(each -> ending.accept(each.sandbox()));
        ready.clear();
    }
}
