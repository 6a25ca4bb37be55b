package dev.millrace.worker.attempt;

import dev.millrace.schemas.avro.ChangesetPointer;
import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.Usage;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.worker.agent.Agent;
import dev.millrace.worker.agent.AgentEnd;
import dev.millrace.worker.agent.AgentLimits;
import dev.millrace.worker.agent.Agents;
import dev.millrace.worker.agent.Assignment;
import dev.millrace.worker.agent.StepRecord;
import dev.millrace.worker.agent.Transcript;
import dev.millrace.worker.agent.UnknownAgent;
import dev.millrace.worker.model.ModelUnavailable;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.model.gateway.Spent;
import dev.millrace.worker.sandbox.ImageRefused;
import dev.millrace.worker.sandbox.LimitReached;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.Sandboxes;
import dev.millrace.worker.workspace.Change;
import dev.millrace.worker.workspace.Checkout;
import dev.millrace.worker.workspace.RepositoryRefused;
import dev.millrace.worker.workspace.RepositorySettings;
import dev.millrace.worker.workspace.RepositorySource;
import dev.millrace.worker.workspace.RepositoryUnavailable;
import dev.millrace.worker.workspace.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs attempts. Thread-safe: each call of {@link #run} has a sandbox of its own. */
public final class Attempt {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    /** The longest that the repository's way in, or the changes' way out, may take. */
    private static final Duration TRANSFER = Duration.ofMinutes(5);

    /** As the contract bounds it, in seconds. */
    private static final int LONGEST_PUT_OFF = 86_400;

    private final Sandboxes sandboxes;
    private final RepositorySource repositories;
    private final Agents agents;
    private final AgentLimits limits;
    private final List<String> script;

    /**
     * What all attempts of this worker share.
     *
     * @param script commands of the script agent for tasks that bring none
     */
    public Attempt(
            Sandboxes sandboxes,
            RepositorySource repositories,
            Agents agents,
            AgentLimits limits,
            List<String> script) {
        this.sandboxes = sandboxes;
        this.repositories = repositories;
        this.agents = agents;
        this.limits = limits;
        this.script = List.copyOf(script);
    }

    /** All that an attempt needs to know of its lease. */
    public interface Lease {
        /** Returns once dispatch has granted the lease. */
        void awaitGrant() throws LeaseLost, InterruptedException;
    }

    /** Takes the one result of an attempt. */
    public interface Report {
        /** Returns once the result cannot be lost any more. */
        void finished(Finished result) throws LeaseLost;
    }

    /** Where an attempt's changeset is put for the sink. */
    public interface Changesets {
        /** Returns once the changeset cannot be lost any more. */
        ChangesetPointer put(Change.Changed change);
    }

    /**
     * Tries the task once. What the agent does is a result; what the machine does is a fault, and the result is then
     * {@code BROKEN}, for dispatch to try elsewhere.
     *
     * @param spending counts what models cost, and keeps the attempt to what it may spend
     * @param transcript gets each step as soon as it is over
     * @param changesets takes what is to be delivered
     * @param report gets the one result; where the agent came to an end, before the sandbox is removed
     * @throws LeaseLost if somebody else holds the task; nothing was reported
     * @throws InterruptedException if the calling thread was interrupted; nothing was reported
     */
    public void run(
            WorkItem item, Lease lease, Spending spending, Transcript transcript, Changesets changesets, Report report)
            throws LeaseLost, InterruptedException {
        var stopwatch = new Stopwatch();
        TaskRequest task = item.getTask();
        var labels = Map.of("task", item.getTaskId(), "attempt", Integer.toString(item.getAttempt()));
        try {
            Agent agent = agents.named(task.getAgent());
            // What the image is, is known for sure only with the repository.
            try (var opening = new Opening(sandboxes, image(task, "", agent), labels);
                    var checkout = repositories.fetch(RepoId.parse(task.getRepo()), task.getBaseBranch())) {
                var settings = RepositorySettings.of(checkout);
                stopwatch.lap("repository");
                try (var sandbox = opening.sandbox(image(task, settings.image(), agent))) {
                    transcript.step(
                            setUp("start a sandbox", String.join("\n", sandbox.warnings()), stopwatch.lap("sandbox")));
                    var workspace = new Workspace(sandbox, checkout, TRANSFER);
                    workspace.in();
                    transcript.step(setUp(
                            checkedOut(checkout), String.join("\n", settings.notes()), stopwatch.lap("workspace")));
                    lease.awaitGrant();
                    stopwatch.lap("lease");
                    AgentEnd end = agent.work(assignment(task), sandbox, spending, transcript);
                    stopwatch.lap("agent");
                    var result = result(checkout, end, workspace, changesets);
                    stopwatch.lap("changeset");
                    nameLimits(sandbox.limitsReached(), result);
                    report.finished(result.setUsage(usage(spending.spent()))
                            .setTimings(stopwatch.timings())
                            .build());
                }
            }
        } catch (UnknownAgent | RepositoryRefused | ImageRefused impossible) {
            report.finished(ended(Outcome.REFUSED, impossible).build());
        } catch (SandboxUnavailable | RepositoryUnavailable | ModelUnavailable fault) {
            stopIfInterrupted();
            LOG.warn("task {}: attempt {} is broken", item.getTaskId(), item.getAttempt(), fault);
            report.finished(ended(Outcome.BROKEN, fault)
                    .setUsage(usage(spending.spent()))
                    .setTimings(stopwatch.timings())
                    .build());
        }
    }

    /** The task's, or the repository's, or the agent's; empty for the worker's default. */
    private static String image(TaskRequest task, String repository, Agent agent) {
        return Stream.of(task.getImage(), repository, agent.image())
                .filter(image -> !image.isBlank())
                .findFirst()
                .orElse("");
    }

    private static StepRecord setUp(String what, String seen, Duration took) {
        return new StepRecord(StepRecord.Kind.SETUP, what, seen, null, took);
    }

    private static String checkedOut(Checkout checkout) {
        return "check out %s at %s"
                .formatted(checkout.baseBranch(), checkout.baseCommit().substring(0, 10));
    }

    private Finished.Builder result(Checkout checkout, AgentEnd end, Workspace workspace, Changesets changesets) {
        var finished =
                Finished.newBuilder().setBaseCommit(checkout.baseCommit()).setBaseBranch(checkout.baseBranch());
        return switch (end) {
            case AgentEnd.Done done -> done(finished.setSummary(done.summary()), workspace, changesets);
            case AgentEnd.GaveUp gaveUp -> finished.setOutcome(Outcome.UNSOLVED).setReason(gaveUp.reason());
            case AgentEnd.OutOfTime late ->
                finished.setOutcome(Outcome.TIMED_OUT).setReason(late.reason());
            case AgentEnd.OutOfBudget spent ->
                finished.setOutcome(Outcome.OVER_BUDGET).setReason(spent.reason());
            case AgentEnd.PutOff later ->
                finished.setOutcome(Outcome.BROKEN)
                        .setReason(later.reason())
                        .setTryAfterSeconds(Math.clamp(later.tryAfter().toSeconds() + 1, 0, LONGEST_PUT_OFF));
        };
    }

    private Finished.Builder done(Finished.Builder finished, Workspace workspace, Changesets changesets) {
        return switch (workspace.out()) {
            case Change.NoChange _ -> finished.setOutcome(Outcome.NO_CHANGE);
            case Change.Changed changed -> finished.setOutcome(Outcome.SOLVED).setChangeset(changesets.put(changed));
            case Change.TooLarge(var limit) ->
                finished.setOutcome(Outcome.UNSOLVED)
                        .setReason("the changes take more than %d MiB".formatted(limit >> 20));
            case Change.Unreadable unreadable ->
                finished.setOutcome(Outcome.UNSOLVED).setReason(unreadable.reason());
        };
    }

    private Assignment assignment(TaskRequest task) {
        List<String> commands = task.getScript().isEmpty() ? script : task.getScript();
        return new Assignment(
                task.getTitle(), task.getInstruction(), task.getRepo(), commands, task.getModel(), limits);
    }

    private static Finished.Builder ended(Outcome outcome, Exception why) {
        return Finished.newBuilder().setOutcome(outcome).setReason(String.valueOf(why.getMessage()));
    }

    /** What the agent ran into explains much of what it did, also where it came to a good end. */
    private static void nameLimits(List<LimitReached> limits, Finished.Builder result) {
        if (limits.isEmpty()) {
            return;
        }
        String named = limits.stream()
                .map(LimitReached::description)
                .collect(Collectors.joining("; ", "Sandbox limits: ", "."));
        String reason = result.hasReason() ? result.getReason() : "";
        String before = reason.isEmpty() ? "" : reason.endsWith(".") ? reason + " " : reason + ". ";
        result.setReason(before + named);
    }

    /** What was spent, as it is reported. */
    public static Usage usage(Spent spent) {
        return Usage.newBuilder()
                .setRequests(spent.requests())
                .setTokensIn(spent.tokens().in())
                .setTokensOut(spent.tokens().out())
                .setTokensCached(spent.tokens().cached())
                .setCostMicros(spent.costMicros())
                .build();
    }

    private static void stopIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the attempt was stopped");
        }
    }
}
