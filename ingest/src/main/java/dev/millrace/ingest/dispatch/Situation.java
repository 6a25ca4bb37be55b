package dev.millrace.ingest.dispatch;

import dev.millrace.schemas.id.LaneId;
import dev.millrace.schemas.id.TaskId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the tasks of a repository stand to each other at one moment: whose turn it is, and why the others wait. A reason
 * names only what changes rarely: with a thousand tasks in the queue, one that ends must not make a thousand states.
 */
final class Situation {
    private static final Comparator<Task> ORDER =
            Comparator.comparingInt((Task task) -> task.terms().priority()).thenComparingLong(Task::position);

    private final Draft draft;
    private final Rules rules;
    private final Instant now;

    /** The task before it in its lane. */
    private final Map<TaskId, TaskId> behind = new HashMap<>();

    private final Map<String, Integer> activeByUser = new HashMap<>();
    private final Map<String, Instant> busyModels = new HashMap<>();
    private final Map<String, Long> spentByUser;
    private int active;
    private @Nullable Task offered;
    private final @Nullable Task first;

    Situation(Draft draft, Rules rules, Instant now) {
        this.draft = draft;
        this.rules = rules;
        this.now = now;
        this.spentByUser = new HashMap<>(draft.spending().on(today()));
        Map<LaneId, TaskId> lanes = new HashMap<>();
        for (Task task : draft.tasks()) {
            TaskId before = lanes.put(task.lane(), task.id());
            if (before != null) {
                behind.put(task.id(), before);
            }
            takeIn(task);
        }
        this.first = draft.tasks().stream()
                .filter(task -> task.stage() instanceof Stage.Waiting)
                .filter(task -> obstacle(task).isEmpty())
                .min(ORDER)
                .orElse(null);
    }

    private void takeIn(Task task) {
        if (task.isActive()) {
            active++;
            activeByUser.merge(task.terms().user(), 1, Integer::sum);
        }
        switch (task.stage()) {
            case Stage.Offered _ -> offered = task;
            case Stage.Running running -> spentByUser.merge(task.terms().user(), running.costMicros(), Long::sum);
            case Stage.Waiting waiting -> {
                if (task.isPutOff(now)) {
                    busyModels.merge(task.terms().model(), waiting.notBefore(), (a, b) -> a.isAfter(b) ? a : b);
                }
            }
            case Stage.Delivering _ -> {}
        }
    }

    /**
     * The task to offer now, if any. One offer of a repository lies with the workers at a time: the next is put behind
     * those of other repositories, so that they take turns.
     */
    Optional<Task> next() {
        return offered == null && active < rules.caps().repository() ? Optional.ofNullable(first) : Optional.empty();
    }

    /** What is left of today's budgets for the user's tasks; null where nothing limits it. */
    @Nullable
    Long left(String user) {
        return Stream.of(Optional.ofNullable(leftOfRepository()), Optional.ofNullable(leftOf(user)))
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /** Why a waiting task waits, for a person. */
    String reason(Task task) {
        String obstacle = obstacle(task);
        if (!obstacle.isEmpty()) {
            return obstacle;
        }
        int cap = rules.caps().repository();
        if (first == null || !task.id().equals(first.id())) {
            return "other tasks of its repository go first; at most %d of them run at a time".formatted(cap);
        }
        return active < cap && offered != null
                ? "its repository's turn: task %s is offered first".formatted(offered.id())
                : "repository at its cap of %d".formatted(cap);
    }

    /** What would keep the task waiting even if it were the only one to have its turn; empty for nothing. */
    private String obstacle(Task task) {
        TaskId before = behind.get(task.id());
        if (before != null) {
            return "lane busy with task " + before;
        }
        if (task.stage() instanceof Stage.Waiting(var _, var notBefore) && notBefore.isAfter(now)) {
            Past last = task.past().getLast();
            return "attempt %s: %s; %s until %s"
                    .formatted(last.attempt(), last.reason(), last.broken() ? "backing off" : "put off", notBefore);
        }
        String standstill = standstill(task.terms());
        if (!standstill.isEmpty()) {
            return standstill;
        }
        String user = task.terms().user();
        return activeByUser.getOrDefault(user, 0) < rules.caps().user()
                ? ""
                : "%s at the cap of %d for one person"
                        .formatted(user, rules.caps().user());
    }

    /** Why nothing may be offered on such terms now, and nothing claimed that was; empty for nothing. */
    String standstill(Terms terms) {
        for (var pause : draft.pauses().entrySet()) {
            return paused(pause.getKey(), pause.getValue());
        }
        Instant busyUntil = busyModels.get(terms.model());
        if (busyUntil != null) {
            return "%s is busy until %s"
                    .formatted(terms.model().isEmpty() ? "the model" : "model " + terms.model(), busyUntil);
        }
        Long left = left(terms.user());
        if (left == null || left > 0) {
            return "";
        }
        Long ofRepository = leftOfRepository();
        return "the day's budget of %s is used up until %s"
                .formatted(ofRepository != null && ofRepository <= 0 ? "the repository" : terms.user(), tomorrow());
    }

    private static String paused(Pause.Scope scope, Pause pause) {
        String by = "paused by " + pause.by() + (pause.reason().isBlank() ? "" : ": " + pause.reason());
        return switch (scope) {
            case EVERYTHING -> "everything is " + by;
            case REPOSITORY -> by;
        };
    }

    private @Nullable Long leftOfRepository() {
        Long budget = rules.budgets().repository();
        return budget == null
                ? null
                : Long.valueOf(budget
                        - spentByUser.values().stream()
                                .mapToLong(Long::longValue)
                                .sum());
    }

    private @Nullable Long leftOf(String user) {
        Long budget = rules.budgets().user();
        return budget == null ? null : Long.valueOf(budget - spentByUser.getOrDefault(user, 0L));
    }

    private LocalDate today() {
        return LocalDate.ofInstant(now, ZoneOffset.UTC);
    }

    private Instant tomorrow() {
        return now.truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
    }
}
