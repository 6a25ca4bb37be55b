package dev.millrace.worker.sandbox.docker;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
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

        /** Does not wait, and never throws. Called under the pool's lock. */
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
        count(found != null);
        return Optional.ofNullable(found);
    }

    private synchronized void count(boolean warm) {
        taken += warm ? 1 : 0;
        cold += warm ? 0 : 1;
    }

    synchronized Counts counts() {
        return new Counts(shelves.values().stream().mapToInt(Shelf::count).sum(), taken, cold);
    }

    private synchronized @Nullable S poll(TetheredImage image) {
        if (perImage == 0 || closed) {
            return null;
        }
        var shelf = shelves.computeIfAbsent(image.name(), _ -> new Shelf<>(image, keeper::end));
        shelf.use(image, clock.instant());
        if (shelves.size() > MOST_IMAGES) {
            shelves.pollFirstEntry().getValue().empty();
        }
        asked = true;
        notifyAll();
        return shelf.poll();
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

    private synchronized boolean isOpen() {
        return !closed;
    }

    private synchronized List<TetheredImage> images() {
        return shelves.values().stream().map(Shelf::image).toList();
    }

    /** Lets go of what is too old, of another image than the name means by now, or of no use any more. */
    private synchronized void renew(TetheredImage now) {
        // Not by get(), which would count as use.
        shelves.values()
                .removeIf(shelf -> shelf.image().name().equals(now.name()) && shelf.isForgotten(now, clock.instant()));
    }

    private synchronized Optional<TetheredImage> missing() {
        return shelves.values().stream()
                .filter(shelf -> shelf.count() < perImage)
                .map(Shelf::image)
                .reduce((_, lastUsed) -> lastUsed);
    }

    private synchronized void put(TetheredImage image, S started) {
        boolean kept = false;
        for (var shelf : shelves.values()) {
            kept |= shelf.put(image, started, clock.instant().plus(oldest));
        }
        if (!kept) {
            keeper.end(started);
        }
    }

    /** Keeps none of an image ready any more, until it is taken again. */
    synchronized void drop(String name) {
        var shelf = shelves.remove(name);
        if (shelf != null) {
            shelf.empty();
        }
    }

    private void awaitAsked() {
        await(CHECK, () -> asked);
        synchronized (this) {
            asked = false;
        }
        pause(COURTESY);
    }

    private void pause(Duration length) {
        await(length, () -> false);
    }

    /** Waits for that, or for the end, but no longer than this. */
    private synchronized void await(Duration longest, BooleanSupplier what) {
        long deadline = System.nanoTime() + longest.toNanos();
        try {
            for (long left = longest.toMillis(); left > 0 && !closed && !what.getAsBoolean(); ) {
                wait(left);
                left = (deadline - System.nanoTime()) / 1_000_000;
            }
        } catch (InterruptedException _) {
            // Only close does that, and it said so first.
        }
    }

    /** Ends all that are ready. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            shelves.values().forEach(Shelf::empty);
            shelves.clear();
            notifyAll();
        }
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
