package dev.millrace.ingest.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingest.dispatch.Pause.Scope;
import dev.millrace.schemas.avro.PastAttempt;
import dev.millrace.schemas.avro.Phase;
import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TaskState;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.schemas.id.AttemptNumber;
import dev.millrace.schemas.id.TaskId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What dispatch promises, held against what it publishes and nothing else. Knows how the tasks were asked for and what
 * is paused, but nothing of how decisions are made.
 */
final class Promises implements Ledger.Outbox {
    private static final Pattern TASK = Pattern.compile("task ([a-z0-9-]+)");

    private final Rules rules;
    private final Map<String, TaskRequest> asked = new LinkedHashMap<>();
    private final Map<String, String> lanes = new HashMap<>();
    private final Map<String, TaskState> told = new HashMap<>();
    private final Map<String, TaskOutcome> outcomes = new HashMap<>();
    private final Map<String, String> holders = new HashMap<>();
    private final Map<String, Set<Scope>> paused = new HashMap<>();
    private final Map<String, Instant> heard = new HashMap<>();
    private final Map<String, Event.Result> reported = new HashMap<>();
    private final List<WorkItem> offers = new ArrayList<>();
    private Instant now = Instant.EPOCH;

    Promises(Rules rules) {
        this.rules = rules;
    }

    void asked(TaskRequest request, String lane) {
        asked.put(request.getTaskId(), request);
        lanes.put(request.getTaskId(), lane);
    }

    void paused(String repository, Set<Scope> scopes) {
        paused.put(repository, Set.copyOf(scopes));
    }

    void at(Instant moment) {
        now = moment;
    }

    /** The offers since the last call, which everybody was told of meanwhile. */
    List<WorkItem> takeOffers() {
        var taken = List.copyOf(offers);
        offers.clear();
        taken.forEach(this::checkOffer);
        return taken;
    }

    private void checkOffer(WorkItem item) {
        TaskState state = told(item.getTaskId());
        assertThat(state.getPhase()).as("%s is offered", item.getTaskId()).isEqualTo(Phase.OFFERED);
        assertThat(state.getAttempt()).isEqualTo(item.getAttempt());
        assertThat(state.getNotBefore()).isNull();
        List<String> broke = state.getAttempts().stream()
                .filter(PastAttempt::getBroken)
                .map(PastAttempt::getWorker)
                .toList();
        assertThat(item.getAvoid()).as("whom %s avoids", item.getTaskId()).isSubsetOf(broke);
        if (!broke.isEmpty()) {
            assertThat(item.getAvoid()).as("whom %s avoids", item.getTaskId()).contains(broke.getLast());
        }
        assertThat(open().filter(other -> other.getRepo().equals(item.getRepo()))
                        .filter(other ->
                                other.getTask().getModel().equals(item.getTask().getModel()))
                        .filter(this::isPutOff))
                .as("tasks whose model is too busy to offer %s", item.getTaskId())
                .isEmpty();
        theBudgetIsKept(item);
    }

    private boolean isPutOff(TaskState state) {
        return state.getPhase() == Phase.QUEUED
                && state.getNotBefore() != null
                && state.getNotBefore().isAfter(now)
                && !state.getAttempts().getLast().getBroken();
    }

    Map<String, TaskOutcome> outcomes() {
        return outcomes;
    }

    TaskState told(String task) {
        return Objects.requireNonNull(told.get(task), task);
    }

    Stream<TaskState> open() {
        return told.values().stream().filter(state -> state.getPhase() != Phase.DONE);
    }

    @Override
    public void work(WorkItem item) {
        String task = item.getTaskId();
        assertThat(paused.getOrDefault(item.getRepo(), Set.of()))
                .as("what is paused while %s is offered", task)
                .isEmpty();
        assertThat(outcomes).as("ended tasks").doesNotContainKey(task);
        TaskState before = told.get(task);
        boolean again =
                before != null && before.getPhase() == Phase.OFFERED && before.getAttempt() == item.getAttempt();
        if (before != null && !again) {
            assertThat(item.getAttempt()).as("number of a new attempt").isGreaterThan(before.getAttempt());
        }
        if (before != null && before.getPhase() == Phase.QUEUED && before.getNotBefore() != null) {
            assertThat(before.getNotBefore())
                    .as("until when %s had to wait", task)
                    .isBeforeOrEqualTo(now);
        }
        assertThat(item.getTask().getDeadline() == null
                        || !item.getTask().getDeadline().isBefore(now))
                .as("%s is not offered after its deadline", task)
                .isTrue();
        offers.add(item);
    }

    private void theBudgetIsKept(WorkItem item) {
        Long repository = rules.budgets().repository();
        Long user = rules.budgets().user();
        if (repository == null && user == null) {
            assertThat(item.getBudgetMicros()).isNull();
            return;
        }
        assertThat(item.getBudgetMicros()).as("what is left").isPositive();
        if (repository != null) {
            assertThat(item.getBudgetMicros()).isLessThanOrEqualTo(repository - spent(item.getRepo(), null));
        }
        if (user != null) {
            assertThat(item.getBudgetMicros())
                    .isLessThanOrEqualTo(
                            user - spent(item.getRepo(), item.getTask().getRequestedBy()));
        }
    }

    private long spent(String repo, @Nullable String user) {
        return told.values().stream()
                .filter(state -> state.getRepo().equals(repo))
                .filter(state ->
                        user == null || state.getTask().getRequestedBy().equals(user))
                .flatMap(state -> state.getAttempts().stream())
                .filter(past -> day(past.getEndedAt()).equals(day(now)))
                .mapToLong(PastAttempt::getCostMicros)
                .sum();
    }

    private static LocalDate day(Instant moment) {
        return LocalDate.ofInstant(moment, ZoneOffset.UTC);
    }

    @Override
    public void outcome(TaskOutcome outcome) {
        String task = outcome.getTaskId();
        assertThat(outcomes.put(task, outcome))
                .as("an earlier outcome of %s", task)
                .isNull();
        if (!outcome.getSummary().isEmpty()) {
            TaskState before = told(task);
            assertThat(before.getPhase())
                    .as("%s while its result was accepted", task)
                    .isEqualTo(Phase.RUNNING);
            assertThat(outcome.getAttempt()).isEqualTo(before.getAttempt());
            assertThat(outcome.getWorker()).isEqualTo(before.getWorker());
        }
    }

    @Override
    public void state(TaskState state) {
        TaskState before = told.put(state.getTaskId(), state);
        assertThat(before)
                .as("%s is told only if there is news", state.getTaskId())
                .isNotEqualTo(state);
        if (before != null) {
            assertThat(before.getPhase())
                    .as("nothing follows the end of %s", state.getTaskId())
                    .isNotEqualTo(Phase.DONE);
            assertThat(state.getAttempt()).isGreaterThanOrEqualTo(before.getAttempt());
            assertThat(state.getPosition()).isEqualTo(before.getPosition());
            if (before.getPhase() == state.getPhase() && before.getAttempt() == state.getAttempt()) {
                assertThat(state.getSince()).as("the phase goes on").isEqualTo(before.getSince());
            }
        }
        if (before != null && before.getPhase() == Phase.RUNNING) {
            theAttemptEndedForAReason(before, state);
        }
        if (state.getPhase() == Phase.RUNNING) {
            heard.put(state.getTaskId(), now);
            String lease = state.getTaskId() + "/" + state.getAttempt();
            assertThat(holders.putIfAbsent(lease, state.getWorker()))
                    .as("holder of %s", lease)
                    .isIn(null, state.getWorker());
        }
        if (state.getPhase() == Phase.DELIVERING || state.getPhase() == Phase.DONE) {
            TaskOutcome outcome = outcomes.get(state.getTaskId());
            assertThat(outcome).as("outcome of %s", state.getTaskId()).isNotNull();
            assertThat(state.getOutcome()).isEqualTo(outcome.getOutcome());
        }
        assertThat(failures(state)).as("failures of %s", state.getTaskId()).isLessThanOrEqualTo(rules.attempts());
    }

    private void theAttemptEndedForAReason(TaskState before, TaskState state) {
        String task = state.getTaskId();
        assertThat(state.getAttempts())
                .as("the attempts of %s that are over", task)
                .isNotEmpty();
        PastAttempt past = state.getAttempts().getLast();
        assertThat(past.getAttempt()).isEqualTo(before.getAttempt());
        assertThat(past.getWorker()).isEqualTo(before.getWorker());
        Event.Result result = reported.remove(task);
        String why = past.getReason();
        boolean broke = result instanceof Event.Result.Broken;
        if (result == null) {
            broke = why.endsWith(" fell silent");
            assertThat(broke || why.startsWith("cancelled by ") || why.contains(" ran for more than "))
                    .as("%s is not running any more: '%s'", task, why)
                    .isTrue();
            assertThat(broke && now.isBefore(silentAt(task)))
                    .as("%s was lost too early", task)
                    .isFalse();
        }
        assertThat(past.getBroken()).as("whether attempt %s counts", past).isEqualTo(broke);
        assertThat(failures(state)).isEqualTo(failures(before) + (broke ? 1 : 0));
    }

    private static long failures(TaskState state) {
        return state.getAttempts().stream().filter(PastAttempt::getBroken).count();
    }

    private Instant silentAt(String task) {
        return Objects.requireNonNull(heard.get(task), task).plus(rules.lease());
    }

    /** What is about to be decided on. */
    void hears(String repository, Event event) {
        switch (event) {
            case Event.Beat beat
            when holds(beat.task(), beat.attempt(), beat.worker()) ->
                heard.put(beat.task().value(), now);
            case Event.Finished end
            when holds(end.task(), end.attempt(), end.worker()) ->
                reported.put(end.task().value(), end.result());
            case Event.HeldUp heldUp ->
                heard.replaceAll((task, at) -> told(task).getRepo().equals(repository) ? at.plus(heldUp.time()) : at);
            default -> {}
        }
    }

    private boolean holds(TaskId task, AttemptNumber attempt, String worker) {
        TaskState state = told(task.value());
        return state.getPhase() == Phase.RUNNING
                && state.getAttempt() == attempt.value()
                && state.getWorker().equals(worker);
    }

    /** Beats of the heart are not kept: whoever runs has a whole lease again. */
    void restarted() {
        heard.replaceAll((_, _) -> now);
    }

    /** What must be true whenever time was looked at. */
    void checkTime(String repository) {
        assertThat(open().filter(state -> state.getRepo().equals(repository))
                        .filter(state -> state.getPhase() == Phase.RUNNING)
                        .map(TaskState::getTaskId))
                .as("running tasks")
                .allSatisfy(task -> assertThat(silentAt(task)).as(task).isAfter(now));
    }

    /** What must be true of a repository after each event. */
    void check(String repository) {
        List<TaskState> states = new ArrayList<>();
        Map<String, TaskState> heads = new HashMap<>();
        asked.forEach((task, request) -> {
            if (request.getRepo().equals(repository)) {
                TaskState state = told(task);
                states.add(state);
                checkTask(state, heads);
            }
        });
        checkRepository(repository, states, heads);
    }

    private void checkTask(TaskState state, Map<String, TaskState> heads) {
        String task = state.getTaskId();
        TaskState head = state.getPhase() == Phase.DONE ? null : heads.putIfAbsent(lanes.get(task), state);
        assertThat(head != null && isActive(state))
                .as("%s runs though another came before it in its lane", task)
                .isFalse();
        assertThat(state.getWaitingFor().isEmpty())
                .as("%s is %s and waits for '%s'", task, state.getPhase(), state.getWaitingFor())
                .isEqualTo(state.getPhase() != Phase.QUEUED && state.getPhase() != Phase.OFFERED);
    }

    private void checkRepository(String repository, List<TaskState> states, Map<String, TaskState> heads) {
        List<TaskState> active = states.stream().filter(Promises::isActive).toList();
        int cap = rules.caps().repository();
        assertThat(active).as("running tasks of %s", repository).hasSizeLessThanOrEqualTo(cap);
        Map<String, Integer> byUser = new HashMap<>();
        active.forEach(state -> byUser.merge(state.getTask().getRequestedBy(), 1, Integer::sum));
        assertThat(byUser.values())
                .allSatisfy(running ->
                        assertThat(running).isLessThanOrEqualTo(rules.caps().user()));
        List<TaskState> offered =
                active.stream().filter(it -> it.getPhase() == Phase.OFFERED).toList();
        assertThat(offered).as("offers of %s", repository).hasSizeLessThanOrEqualTo(1);
        if (!paused.getOrDefault(repository, Set.of()).isEmpty()) {
            assertThat(offered)
                    .as("offers of %s while it is paused", repository)
                    .isEmpty();
        }
        boolean room = offered.isEmpty() && active.size() < cap;
        for (TaskState state : states) {
            if (state.getPhase() == Phase.QUEUED) {
                theReasonIsTrue(state, active, byUser, heads, room);
            }
        }
    }

    private void theReasonIsTrue(
            TaskState state,
            List<TaskState> active,
            Map<String, Integer> byUser,
            Map<String, TaskState> heads,
            boolean room) {
        String why = state.getWaitingFor();
        String what = "%s waits for '%s'".formatted(state.getTaskId(), why);
        TaskState head = heads.get(lanes.get(state.getTaskId()));
        if (head == null || !head.equals(state)) {
            assertThat(why).as(what).startsWith("lane busy with task ");
            assertThat(lanes.get(named(why))).as(what).isEqualTo(lanes.get(state.getTaskId()));
            assertThat(told(named(why)).getPhase()).as(what).isNotEqualTo(Phase.DONE);
            return;
        }
        boolean isPaused = !paused.getOrDefault(state.getRepo(), Set.of()).isEmpty();
        boolean mustWait = state.getNotBefore() != null && state.getNotBefore().isAfter(now);
        if (why.contains("paused by ")) {
            assertThat(isPaused).as(what).isTrue();
        } else if (why.contains(" until ")) {
            boolean used = why.startsWith("the day's budget");
            boolean busy = why.contains(" is busy until ");
            assertThat(mustWait || used || busy).as(what).isTrue();
            assertThat(isPaused && !mustWait).as(what + " while paused").isFalse();
        } else if (why.contains("for one person")) {
            assertThat(byUser)
                    .as(what)
                    .containsEntry(
                            state.getTask().getRequestedBy(), rules.caps().user());
        } else {
            assertThat(room || isPaused || mustWait)
                    .as(what + " though there is room")
                    .isFalse();
            if (why.startsWith("repository at its cap")) {
                assertThat(active).as(what).hasSize(rules.caps().repository());
            } else if (why.startsWith("its repository's turn")) {
                assertThat(told(named(why)).getPhase()).as(what).isEqualTo(Phase.OFFERED);
            } else {
                assertThat(why).startsWith("other tasks of its repository go first");
                assertThat(heads.values()).as(what).anySatisfy(other -> {
                    assertThat(other.getRepo()).isEqualTo(state.getRepo());
                    assertThat(other.getPhase()).isEqualTo(Phase.QUEUED);
                    assertThat(goesBefore(other, state)).isTrue();
                });
            }
        }
    }

    private static boolean goesBefore(TaskState one, TaskState other) {
        int ones = one.getTask().getPriority();
        int others = other.getTask().getPriority();
        return ones < others || (ones == others && one.getPosition() < other.getPosition());
    }

    private static boolean isActive(TaskState state) {
        return state.getPhase() == Phase.OFFERED || state.getPhase() == Phase.RUNNING;
    }

    private static String named(String why) {
        Matcher task = TASK.matcher(why);
        assertThat(task.find()).as(why).isTrue();
        return task.group(1);
    }

    /** What must be true in the end, once everybody did what they should. */
    void checkEnd() {
        assertThat(open().map(state -> "%s is %s, waiting for '%s'"
                        .formatted(state.getTaskId(), state.getPhase(), state.getWaitingFor())))
                .as("tasks that are stuck")
                .isEmpty();
        assertThat(outcomes).containsOnlyKeys(asked.keySet());
    }
}
