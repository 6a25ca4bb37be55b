package dev.millrace.worker.sandbox.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolTest {
    private static final Duration OLDEST = Duration.ofMinutes(10);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final FakeKeeper keeper = new FakeKeeper();
    private final Pool<String> pool = pool(1);

    private Pool<String> pool(int perImage) {
        return new Pool<>(perImage, OLDEST, (InstantSource) now::get, keeper);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void anImageThatWasUsedIsReadyTheNextTime() {
        assertThat(take("a")).isNull();
        awaitReady(1);

        assertThat(take("a")).isEqualTo("a@1#1");
        assertThat(pool.counts()).isEqualTo(new Pool.Counts(0, 1, 1));
    }

    @Test
    void nothingIsGivenTwice() {
        take("a");
        awaitReady(1);

        assertThat(take("a")).isEqualTo("a@1#1");
        assertThat(take("a")).isNull();
        awaitReady(1);
        assertThat(take("a")).isEqualTo("a@1#2");
    }

    @Test
    void whatIsDeadIsNotGivenAway() {
        take("a");
        awaitReady(1);
        keeper.dead.add("a@1#1");

        assertThat(take("a")).isNull();
        assertThat(keeper.ended).containsExactly("a@1#1");
    }

    @Test
    void whatIsTooOldIsReplaced() {
        take("a");
        awaitReady(1);
        now.set(Instant.EPOCH.plus(OLDEST));

        assertThat(take("a")).isNull();
        assertThat(keeper.ended).containsExactly("a@1#1");
    }

    @Test
    void whatIsOfAnotherImageThanTheNameMeansByNowIsReplaced() {
        take("a");
        awaitReady(1);
        keeper.ids.put("a", 2);

        assertThat(take("a")).isNull();
        assertThat(keeper.ended).containsExactly("a@1#1");
        awaitReady(1);
        assertThat(take("a")).isEqualTo("a@2#2");
    }

    @Test
    void theImageThatWasNotUsedForTheLongestTimeGivesWay() {
        for (String image : List.of("a", "b", "c", "d")) {
            take(image);
        }
        awaitReady(Pool.MOST_IMAGES);
        take("e");
        awaitReady(Pool.MOST_IMAGES);

        assertThat(keeper.ended).singleElement().asString().startsWith("a@");
        assertThat(pool.counts().ready()).isEqualTo(Pool.MOST_IMAGES);
    }

    @Test
    void anImageThatNobodyUsesAnyMoreIsNotKept() {
        take("a");
        awaitReady(1);
        now.set(Instant.EPOCH.plus(Pool.LATELY).plusSeconds(1));
        take("b");

        Awaitility.await().untilAsserted(() -> assertThat(keeper.ended).containsExactly("a@1#1"));
        awaitReady(1);
    }

    @Test
    void afterAFaultItLeavesTheImageAloneUntilItIsAskedForAgain() {
        keeper.away = true;
        take("a");
        Awaitility.await().until(() -> keeper.tries.get() == 1);
        keeper.away = false;

        assertThat(take("a")).isNull();
        awaitReady(1);
        assertThat(keeper.tries).hasValue(2);
    }

    @Test
    void noneAreKeptWhereNoneAreWanted() {
        try (var none = pool(0)) {
            none.take(keeper.look("a"));
            none.take(keeper.look("a"));

            assertThat(none.counts()).isEqualTo(new Pool.Counts(0, 0, 2));
            assertThat(keeper.tries).hasValue(0);
        }
    }

    @Test
    void closingEndsWhatIsReadyAndNothingIsStartedAfterwards() {
        take("a");
        awaitReady(1);

        pool.close();

        assertThat(keeper.ended).containsExactly("a@1#1");
        assertThat(take("a")).isNull();
        assertThat(keeper.tries).hasValue(1);
    }

    private @Nullable String take(String image) {
        return pool.take(keeper.look(image)).orElse(null);
    }

    private void awaitReady(int count) {
        Awaitility.await().until(() -> pool.counts().ready() == count);
    }

    /** Starts nothing but names, and refuses to when the engine is away. */
    private static final class FakeKeeper implements Pool.Keeper<String> {
        private final Map<String, Integer> ids = new ConcurrentHashMap<>();
        private final Set<String> dead = ConcurrentHashMap.newKeySet();
        private final List<String> ended = new CopyOnWriteArrayList<>();
        private final AtomicInteger tries = new AtomicInteger();
        private volatile boolean away;

        @Override
        public TetheredImage look(String name) {
            int id = ids.getOrDefault(name, 1);
            return new TetheredImage(name, "base" + id, "tethered" + id);
        }

        @Override
        public String start(TetheredImage image) {
            int number = tries.incrementAndGet();
            if (away) {
                throw new SandboxUnavailable("the engine is away");
            }
            return "%s@%s#%d".formatted(image.name(), image.base().substring("base".length()), number);
        }

        @Override
        public boolean alive(String ready) {
            return !dead.contains(ready);
        }

        @Override
        public void end(String ready) {
            ended.add(ready);
        }
    }
}
