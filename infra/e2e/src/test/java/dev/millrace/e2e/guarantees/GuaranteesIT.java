package dev.millrace.e2e.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.report.Series;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kills and stops real processes while they work, and holds what happened against what is promised. */
class GuaranteesIT {
    private static final Logger LOG = LoggerFactory.getLogger(GuaranteesIT.class);
    private static final String SEED = "millrace.guarantees.seed";
    private static final double RECOVERED_WITHIN_SECONDS = 20;

    /** What the build made, where nobody says otherwise. */
    @BeforeAll
    static void nameWhatProcessesNeed() {
        Path built = Path.of("..", "bench", "target", "dist", "registry")
                .toAbsolutePath()
                .normalize();
        System.getProperties().putIfAbsent("millrace.registry.home", built.toString());
        System.getProperties()
                .putIfAbsent(
                        "millrace.class-archives",
                        Path.of("target").toAbsolutePath().toString());
    }

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path directory;

    /** A new one each time, so that every run tries something else; the log tells it, to try the same again. */
    private static long seed() {
        return Long.getLong(SEED, System.nanoTime() & 0xffffff);
    }

    @Test
    void everythingPromisedIsKeptWhileProcessesDie() throws Exception {
        var plan = Plan.small(seed());
        check(plan, rehearsed(plan));
    }

    @Test
    @EnabledIfSystemProperty(
            named = "millrace.guarantees",
            matches = "full",
            disabledReason = "takes a quarter of an hour: ./millrace test guarantees")
    void everythingPromisedIsKeptForThousandsOfTasks() throws Exception {
        var plan = Plan.full(seed());
        var history = rehearsed(plan);
        check(plan, history);
        var figures = new Figures(plan, history);
        assertThat(figures.fenced()).as("fenced of the stopped workers").isEqualTo(figures.frozen());
        var recoveries = new Series();
        figures.recoveries().forEach(recovery -> recoveries.add(recovery.took().toMillis() / 1_000.0));
        assertThat(recoveries.p95())
                .as("seconds from the kill of a worker to its task at work elsewhere, 95th percentile")
                .isLessThanOrEqualTo(RECOVERED_WITHIN_SECONDS);
    }

    private History rehearsed(Plan plan) throws Exception {
        LOG.info("seed {}: -D{}={} plays the same plan again", plan.seed(), SEED, plan.seed());
        return Rehearsal.play(plan, directory);
    }

    private void check(Plan plan, History history) throws Exception {
        List<Guarantee> guarantees = Guarantees.of(plan);
        String table = new Figures(plan, history).table(guarantees);
        Files.writeString(Path.of("target", "guarantees.txt"), table);
        LOG.info("\n{}", table);
        var softly = new SoftAssertions();
        guarantees.forEach(guarantee -> softly.assertThat(guarantee.breaches(history))
                .as(guarantee.promise())
                .isEmpty());
        softly.assertAll();
    }
}
