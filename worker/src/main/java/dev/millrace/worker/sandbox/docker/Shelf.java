package dev.millrace.worker.sandbox.docker;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a pool has ready of one image. Guarded by the pool's lock. */
final class Shelf<S> {
    private record Ready<S>(S sandbox, Instant expires) {}

    private final Deque<Ready<S>> ready = new ArrayDeque<>();
    private TetheredImage image;
    private Instant used = Instant.MIN;

    Shelf(TetheredImage image) {
        this.image = image;
    }

    TetheredImage image() {
        return image;
    }

    int count() {
        return ready.size();
    }

    /** Somebody wants one of this image. */
    void use(TetheredImage now, Instant when, List<S> over) {
        used = when;
        renew(now, when, over);
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
    boolean isForgotten(TetheredImage now, Instant when, List<S> over) {
        renew(now, when, over);
        boolean forgotten = used.plus(Pool.LATELY).isBefore(when);
        if (forgotten) {
            empty(over);
        }
        return forgotten;
    }

    private void renew(TetheredImage now, Instant when, List<S> over) {
        if (!now.equals(image)) {
            empty(over);
            image = now;
        }
        ready.removeIf(each -> !each.expires().isAfter(when) && over.add(each.sandbox()));
    }

    /** @param over gets all that was ready */
    void empty(List<S> over) {
        ready.forEach(each -> over.add(each.sandbox()));
        ready.clear();
    }
}
