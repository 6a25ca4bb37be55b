package dev.millrace.worker.sandbox.docker;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sandboxes that are started before somebody asks, of the images that were used lately. Each is taken once and never
 * comes back. One thread fills it, one sandbox at a time, and steps back while the engine fails. Thread-safe.
 *
 * @param <S> a sandbox that is ready
 */
final class Pool<S> implements AutoCloseable {
    /** Images that it keeps sandboxes of, which bounds it as a whole. */
    static final int MOST_IMAGES = 4;
    /** An image that nobody used for so long is not kept ready any more. */
    static final Duration LATELY = Duration.ofMinutes(30);

    private static final Logger LOG = LoggerFactory.getLogger(Pool.class);
    /** What was just taken gets the machine first. */
    private static final Duration COURTESY = Duration.ofMillis(250);

    private static final Duration CHECK = Duration.ofSeconds(30);
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(1);
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    /** What a pool does with what it keeps. */
    interface Keeper<S> {
        /** The image of this name as it is now. */
        TetheredImage look(String name);

        /** One more, ready. */
        S start(TetheredImage image);

        /** Whether one can be given away; waits only briefly. */
        boolean alive(S ready);

        /** Does not wait, and never throws. */
        void end(S ready);
    }

    /**
     * @param ready now
     * @param taken ready ones that were taken since the start
     * @param cold how often there was none
     */
    record Counts(int ready, long taken, long cold) {}

    private final int perImage;
    private final Duration oldest;
    private final InstantSource clock;
    private final Keeper<S> keeper;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** By the image's name; the one that was not used for the longest time first. */
    private final SequencedMap<String, Shelf<S>> shelves = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);

    private final @Nullable Thread filler;
    private long taken;
    private long cold;
    private boolean asked;
    private boolean closed;

    /**
     * @param perImage how many it keeps of each; 0 for none at all
     * @param oldest one that nobody took for so long is replaced
     */
    Pool(int perImage, Duration oldest, InstantSource clock, Keeper<S> keeper) {
        this.perImage = perImage;
        this.oldest = oldest;
        this.clock = clock;
        this.keeper = keeper;
        filler = perImage == 0 ? null : Thread.ofVirtual().name("sandbox-pool").start(this::fill);
    }

    /** One that is ready and alive, if there is one; either way the next ones are made ready in the background. */
    Optional<S> take(TetheredImage image) {
        S found = poll(image);
        while (found != null && !keeper.alive(found)) {
            keeper.end(found);
            found = poll(image);
        }
        lock.lock();
        try {
            taken += found == null ? 0 : 1;
            cold += found == null ? 1 : 0;
        } finally {
            lock.unlock();
        }
        return Optional.ofNullable(found);
    }

    Counts counts() {
        lock.lock();
        try {
            int ready = shelves.values().stream().mapToInt(Shelf::count).sum();
            return new Counts(ready, taken, cold);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable S poll(TetheredImage image) {
        var over = new ArrayList<S>();
        lock.lock();
        try {
            if (perImage == 0 || closed) {
                return null;
            }
            var shelf = shelves.computeIfAbsent(image.name(), _ -> new Shelf<>(image));
            shelf.use(image, clock.instant(), over);
            if (shelves.size() > MOST_IMAGES) {
                shelves.pollFirstEntry().getValue().empty(over);
            }
            asked = true;
            changed.signalAll();
            return shelf.poll();
        } finally {
            lock.unlock();
            over.forEach(keeper::end);
        }
    }

    private void fill() {
        Duration backoff = FIRST_BACKOFF;
        String filling = "";
        while (isOpen()) {
            try {
                for (TetheredImage known : images()) {
                    filling = known.name();
                    renew(keeper.look(filling));
                }
                Optional<TetheredImage> missing = missing();
                if (missing.isPresent()) {
                    filling = missing.get().name();
                    put(missing.get(), keeper.start(missing.get()));
                } else {
                    awaitAsked();
                }
                backoff = FIRST_BACKOFF;
            } catch (RuntimeException failed) {
                if (isOpen()) {
                    LOG.warn("None of '{}' is kept ready until it is asked for again", filling, failed);
                    drop(filling);
                    pause(backoff);
                    backoff = backoff.multipliedBy(2);
                    backoff = backoff.compareTo(LONGEST_BACKOFF) < 0 ? backoff : LONGEST_BACKOFF;
                }
            }
        }
    }

    private boolean isOpen() {
        lock.lock();
        try {
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private List<TetheredImage> images() {
        lock.lock();
        try {
            return shelves.values().stream().map(Shelf::image).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of what is too old, of another image than the name means by now, or of no use any more. */
    private void renew(TetheredImage now) {
        var over = new ArrayList<S>();
        lock.lock();
        try {
            // Not by get(), which would count as use.
            shelves.values()
                    .removeIf(shelf ->
                            shelf.image().name().equals(now.name()) && shelf.isForgotten(now, clock.instant(), over));
        } finally {
            lock.unlock();
            over.forEach(keeper::end);
        }
    }

    private Optional<TetheredImage> missing() {
        lock.lock();
        try {
            return shelves.values().stream()
                    .filter(shelf -> shelf.count() < perImage)
                    .map(Shelf::image)
                    .reduce((_, lastUsed) -> lastUsed);
        } finally {
            lock.unlock();
        }
    }

    private void put(TetheredImage image, S started) {
        boolean kept = false;
        lock.lock();
        try {
            for (var shelf : shelves.values()) {
                kept |= !closed && shelf.put(image, started, clock.instant().plus(oldest));
            }
        } finally {
            lock.unlock();
        }
        if (!kept) {
            keeper.end(started);
        }
    }

    /** Keeps none of an image ready any more, until it is taken again. */
    void drop(String name) {
        var over = new ArrayList<S>();
        lock.lock();
        try {
            var shelf = shelves.remove(name);
            if (shelf != null) {
                shelf.empty(over);
            }
        } finally {
            lock.unlock();
            over.forEach(keeper::end);
        }
    }

    private void awaitAsked() {
        lock.lock();
        try {
            long left = CHECK.toNanos();
            while (!asked && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            asked = false;
        } catch (InterruptedException _) {
            // Only close does that, and it said so first.
        } finally {
            lock.unlock();
        }
        pause(COURTESY);
    }

    private void pause(Duration length) {
        lock.lock();
        try {
            long left = length.toNanos();
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException _) {
            // Only close does that, and it said so first.
        } finally {
            lock.unlock();
        }
    }

    /** Ends all that are ready. */
    @Override
    public void close() {
        var over = new ArrayList<S>();
        lock.lock();
        try {
            closed = true;
            shelves.values().forEach(shelf -> shelf.empty(over));
            shelves.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        over.forEach(keeper::end);
        if (filler != null) {
            awaitEnd(filler);
        }
    }

    private static void awaitEnd(Thread filler) {
        filler.interrupt();
        try {
            filler.join(FAREWELL);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
