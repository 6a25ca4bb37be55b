package dev.millrace.worker.sandbox.docker;

import dev.millrace.worker.sandbox.scenario.Control;
import dev.millrace.worker.sandbox.scenario.Scenario;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Plays scenarios two at a time, ahead of the tests that ask how each went: most of it is waiting for the engine. */
final class Rehearsals implements AutoCloseable {
    private static final int AT_ONCE = 2;
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Stage stage = new Stage();
    private final ExecutorService players = Executors.newFixedThreadPool(
            AT_ONCE, Thread.ofPlatform().name("scenario-", 0).factory());
    private final Map<Scenario, Future<List<String>>> played = new LinkedHashMap<>();

    /** @param without the controls to take away for a scenario */
    Rehearsals(Collection<Scenario> scenarios, Function<Scenario, Set<Control>> without) {
        scenarios.forEach(scenario ->
                played.put(scenario, players.submit(() -> stage.play(scenario, without.apply(scenario)))));
    }

    /** What was not as its file says; waits for it. */
    List<String> complaints(Scenario scenario) throws Exception {
        return Objects.requireNonNull(played.get(scenario)).get(LONGEST.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        players.close();
        stage.close();
    }
}
