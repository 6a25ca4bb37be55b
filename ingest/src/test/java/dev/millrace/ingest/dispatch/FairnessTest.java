package dev.millrace.ingest.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.id.AttemptNumber;
import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Seats are scarce: few workers take one offer after the other from {@code work}, in its order. Each repository is
 * decided on by itself, as if by a dispatch of its own; nothing but the order on {@code work} joins them.
 */
class FairnessTest {
    private final Dispatcher dispatcher = new Dispatcher(new Rules(
            Duration.ofSeconds(12),
            3,
            Duration.ofSeconds(5),
            Duration.ofMinutes(10),
            Duration.ofHours(2),
            new Rules.Caps(4, 4),
            new Rules.Budgets(null, null)));
    private final Map<String, RepositoryState> repositories = new HashMap<>();
    private final Deque<Taken> work = new ArrayDeque<>();
    private final List<Taken> seats = new ArrayList<>();
    private final List<String> starts = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-01T12:00:00Z");
    private int asked;

    private record Taken(String repository, TaskId task, AttemptNumber attempt) {}

    private void ask(String repository) {
        var task = new TaskId("task-number-%05d".formatted(++asked));
        happens(
                repository,
                new Event.Requested(task, new LaneId("%s#%d".formatted(repository, asked)), OneRepository.BY_ALICE));
    }

    private void happens(String repository, Event event) {
        var decision = dispatcher.decide(repositories.getOrDefault(repository, RepositoryState.EMPTY), event, now);
        repositories.put(repository, decision.state());
        for (Effect effect : decision.effects()) {
            if (effect instanceof Effect.Offer offer) {
                work.add(new Taken(repository, offer.task(), offer.attempt()));
            }
        }
    }

    /** A worker with a free seat takes what comes first. */
    private void takeNext() {
        Taken taken = work.remove();
        seats.add(taken);
        starts.add(taken.repository());
        happens(taken.repository(), new Event.Claimed(taken.task(), taken.attempt(), "w1"));
    }

    private void finish(Taken taken) {
        seats.remove(taken);
        happens(
                taken.repository(),
                new Event.Finished(taken.task(), taken.attempt(), "w1", new Event.Result.Ended(), 0));
        happens(taken.repository(), new Event.Delivered(taken.task()));
    }

    /** One seat after the other becomes free, in any order. */
    private void run(Random random, int tasks, int mostSeats) {
        for (int task = 0; task < tasks && !(work.isEmpty() && seats.isEmpty()); task++) {
            now = now.plusMillis(100);
            while (seats.size() < mostSeats && !work.isEmpty()) {
                takeNext();
            }
            finish(seats.get(random.nextInt(seats.size())));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 16})
    void theLoneTaskWaitsForAtMostOneRoundWhileAThousandAreQueuedElsewhere(int mostSeats) {
        var random = new Random(mostSeats);
        List<String> crowds = List.of("big/one", "big/two", "big/three");
        crowds.forEach(repository -> {
            for (int task = 0; task < 1_000; task++) {
                ask(repository);
            }
        });
        run(random, 500, mostSeats);
        int before = starts.size();
        ask("small/lone");
        run(random, 500, mostSeats);

        List<String> sinceThen = starts.subList(before, starts.size());
        assertThat(sinceThen.indexOf("small/lone"))
                .as("tasks of others that started before it")
                .isBetween(0, crowds.size());
    }

    @Test
    void repositoriesTakeTurns() {
        for (int task = 0; task < 300; task++) {
            ask("big/one");
        }
        for (int task = 0; task < 100; task++) {
            ask("big/two");
            ask("big/three");
        }
        run(new Random(1), 150, 2);
        assertThat(starts.subList(0, 150)).satisfies(first -> {
            for (String repository : List.of("big/one", "big/two", "big/three")) {
                assertThat(first.stream().filter(repository::equals))
                        .as("starts of %s", repository)
                        .hasSizeBetween(49, 51);
            }
        });
    }

    @Test
    void nothingIsLeftWhereSeatsArePlenty() {
        for (int task = 0; task < 200; task++) {
            ask("big/one");
            ask("big/two");
        }
        run(new Random(1), 10_000, 64);
        assertThat(starts).hasSize(400);
        assertThat(repositories.values())
                .allSatisfy(state -> assertThat(state.tasks()).isEmpty());
    }
}
