package dev.millrace.e2e.guarantees;

import dev.millrace.bench.report.Series;
import dev.millrace.schemas.avro.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a rehearsal came to, in figures. */
final class Figures {
    /** How close another process's death must be for a recovery to count as disturbed. */
    private static final Duration NEAR = Duration.ofSeconds(30);

    private final Plan plan;
    private final History history;
    private final Map<String, List<Fact.Stands>> stands;
    private final Map<String, List<Belief>> beliefs;

    Figures(Plan plan, History history) {
        this.plan = plan;
        this.history = history;
        this.stands = history.stands();
        this.beliefs = history.beliefs().stream().collect(Collectors.groupingBy(Belief::task));
    }

    /** A task whose worker was killed, and how long it took until another had its agent at work. */
    record Recovery(String task, Instant killed, Duration took) {}

    List<Recovery> recoveries() {
        List<Recovery> recoveries = new ArrayList<>();
        history.all(Fact.Died.class)
                .forEach(died -> stands.forEach((task, all) -> all.stream()
                        .filter(next -> !next.at().isAfter(died.at()))
                        .reduce((_, last) -> last)
                        .filter(last ->
                                last.phase() == Phase.RUNNING && last.worker().equals(died.worker()))
                        .flatMap(last -> beliefs.getOrDefault(task, List.of()).stream()
                                .filter(belief -> belief.attempt() > last.attempt())
                                .min(Comparator.comparing(
                                        belief -> belief.span().from())))
                        .ifPresent(next -> recoveries.add(new Recovery(
                                task,
                                died.at(),
                                Duration.between(died.at(), next.span().from()))))));
        return recoveries;
    }

    /** Those during which neither dispatch nor the broker died. */
    List<Recovery> undisturbed() {
        List<Instant> deaths = new ArrayList<>();
        history.all(Fact.DispatchDied.class).map(Fact::at).forEach(deaths::add);
        history.all(Fact.BrokerDied.class).map(Fact::at).forEach(deaths::add);
        return recoveries().stream()
                .filter(recovery -> deaths.stream()
                        .noneMatch(death -> death.isAfter(recovery.killed().minus(NEAR))
                                && death.isBefore(recovery.killed().plus(recovery.took()))))
                .toList();
    }

    /** How many workers were stopped until they had lost all they held. */
    long frozen() {
        return history.all(Fact.Froze.class).count();
    }

    /** How many of these came back to nothing: no attempt that they held gave an outcome. */
    long fenced() {
        var ends = history.ends();
        return history.all(Fact.Froze.class)
                .filter(froze -> {
                    var held = history.beliefs().stream()
                            .filter(belief -> belief.worker().equals(froze.worker()))
                            .filter(belief -> belief.span().from().isBefore(froze.at())
                                    && belief.span().to().isAfter(froze.at()))
                            .toList();
                    return !held.isEmpty()
                            && held.stream()
                                    .noneMatch(belief -> ends.getOrDefault(belief.task(), List.of()).stream()
                                            .anyMatch(ended -> ended.isReported()
                                                    && ended.attempt() == belief.attempt()
                                                    && ended.at().isAfter(froze.at())));
                })
                .count();
    }

    /** Lines of at most 80 columns. */
    String table(List<Guarantee> guarantees) {
        var lines = new ArrayList<String>();
        lines.add("Guarantees under faults, seed %d".formatted(plan.seed()));
        lines.add("");
        for (Guarantee guarantee : guarantees) {
            int breaches = guarantee.breaches(history).size();
            lines.add("%-68s %s".formatted(guarantee.promise(), breaches == 0 ? "kept" : breaches + " times broken"));
        }
        lines.add("");
        line(
                lines,
                "tasks, lanes, repositories",
                "%d, %d, %d".formatted(plan.tasks(), plan.lanes(), plan.repositories()));
        line(
                lines,
                "workers, seats of each, dispatch processes",
                "%d, %d, %d".formatted(plan.workers(), plan.seats(), plan.dispatchers()));
        line(
                lines,
                "kill -9 of workers, dispatch, broker",
                "%d, %d, %d"
                        .formatted(
                                history.all(Fact.Died.class).count(),
                                history.all(Fact.DispatchDied.class).count(),
                                history.all(Fact.BrokerDied.class).count()));
        line(lines, "outcomes", outcomes());
        line(
                lines,
                "attempts whose agent worked",
                Integer.toString(history.beliefs().size()));
        line(lines, "workers stopped past their lease, of these fenced", "%d, %d".formatted(frozen(), fenced()));
        line(lines, "kill of a worker to its task at work elsewhere", times(recoveries()));
        line(lines, "  where neither dispatch nor the broker died", times(undisturbed()));
        line(
                lines,
                "longest that two held one lease, both awake",
                "%.1f s".formatted(longest(LeasesAreHeldByOne.overlaps(history).values())));
        line(
                lines,
                "longest from a lease's loss to the sandbox's removal",
                "%.1f s".formatted(longest(LosersLetGo.took(history).values())));
        line(lines, "longest that a lane's first task waited", "%.1f s".formatted(longest(waits())));
        line(
                lines,
                "most tasks of a repository at a time, of %d".formatted(Plan.CAP),
                Integer.toString(CapsAreKept.most(history)));
        return String.join("\n", lines);
    }

    private List<Duration> waits() {
        return history.lanes().values().stream()
                .flatMap(lane -> LanesMoveOn.waits(lane, stands).values().stream())
                .toList();
    }

    private String outcomes() {
        return history
                .all(Fact.Ended.class)
                .collect(Collectors.groupingBy(Fact.Ended::outcome, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(entry -> "%d %s".formatted(entry.getValue(), entry.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static String times(List<Recovery> recoveries) {
        if (recoveries.isEmpty()) {
            return "none";
        }
        var series = new Series();
        recoveries.forEach(recovery -> series.add(recovery.took().toMillis() / 1000.0));
        return String.format(
                Locale.ROOT,
                "%d: median %.1f s, p95 %.1f s, max %.1f s",
                series.size(),
                series.median(),
                series.p95(),
                longest(recoveries.stream().map(Recovery::took).toList()));
    }

    private static double longest(Collection<Duration> times) {
        return times.stream().mapToLong(Duration::toMillis).max().orElse(0) / 1000.0;
    }

    private static void line(List<String> lines, String what, String value) {
        lines.add("%s: %s".formatted(what, value));
    }
}
