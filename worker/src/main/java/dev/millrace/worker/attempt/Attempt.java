package dev.millrace.worker.attempt;

import dev.millrace.schemas.avro.ChangesetPointer;
import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.Usage;
import dev.millrace.schemas.avro.WorkItem;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.worker.agent.Agent;
import dev.millrace.worker.agent.Agents;
import dev.millrace.worker.agent.Excerpt;
import dev.millrace.worker.agent.StepRecord;
import dev.millrace.worker.agent.Transcript;
import dev.millrace.worker.agent.UnknownAgent;
import dev.millrace.worker.model.ModelUnavailable;
import dev.millrace.worker.model.gateway.Spending;
import dev.millrace.worker.model.gateway.Spent;
import dev.millrace.worker.sandbox.ImageRefused;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs attempts. Thread-safe: each call of {@link #run} has a sandbox of its own. */
public final class Attempt {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    /** The longest that the repository's way in, or the changes' way out, may take. */
    private static final Duration TRANSFER = Duration.ofMinutes(5);

    /** Of a set-up command's output that is told as the reason, in bytes. */
    private static final int REASON = 2_000;

    private final Sandboxes sandboxes;
    private final RepositorySource repositories;
    private final Agents agents;
    private final Allowed allowed;

    /** What all attempts of this worker share. */
    public Attempt(Sandboxes sandboxes, RepositorySource repositories, Agents agents, Allowed allowed) {
        this.sandboxes = sandboxes;
        this.repositories = repositories;
        this.agents = agents;
        this.allowed = allowed;
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
            Agent probable = agents.named(task.getAgent());
            // Which agent and image it is, is known for sure only with the repository.
            try (var opening = new Opening(sandboxes, Choice.image(task, "", probable), labels);
                    var checkout = repositories.fetch(RepoId.parse(task.getRepo()), task.getBaseBranch())) {
                var settings = RepositorySettings.of(checkout);
                var choice = Choice.of(task, settings, agents, allowed);
                stopwatch.lap("repository");
                try (var sandbox = opening.sandbox(choice.image())) {
                    transcript.step(
                            setUp("start a sandbox", String.join("\n", sandbox.warnings()), stopwatch.lap("sandbox")));
                    var workspace = new Workspace(sandbox, checkout, TRANSFER);
                    workspace.in();
                    transcript.step(
                            setUp(checkedOut(checkout), String.join("\n", choice.notes()), stopwatch.lap("workspace")));
                    lease.awaitGrant();
                    stopwatch.lap("lease");
                    var commands = new RepositoryCommands(
                            sandbox, transcript, allowed.agent().observationBytes());
                    setUp(settings.setUp(), commands, workspace, stopwatch);
                    var work = choice.agent()
                            .on(Briefing.of(task, settings, choice, allowed.script()), sandbox, spending, transcript);
                    var played = new Rounds(
                                    workspace,
                                    commands,
                                    settings.verify(),
                                    allowed.attempt().verifyTime(),
                                    choice.rounds(),
                                    stopwatch)
                            .play(work);
                    tell(spending.spent(), transcript);
                    var result = Results.of(played, choice.whenVerifyFails(), changesets);
                    report.finished(Results.nameLimits(sandbox.limitsReached(), result)
                            .setBaseCommit(checkout.baseCommit())
                            .setBaseBranch(checkout.baseBranch())
                            .setUsage(usage(spending.spent()))
                            .setTimings(stopwatch.timings())
                            .build());
                }
            }
        } catch (UnknownAgent | RepositoryRefused | ImageRefused impossible) {
            report.finished(Results.ended(Outcome.REFUSED, impossible).build());
        } catch (SandboxUnavailable | RepositoryUnavailable | ModelUnavailable fault) {
            stopIfInterrupted();
            LOG.warn("task {}: attempt {} is broken", item.getTaskId(), item.getAttempt(), fault);
            report.finished(Results.ended(Outcome.BROKEN, fault)
                    .setUsage(usage(spending.spent()))
                    .setTimings(stopwatch.timings())
                    .build());
        }
    }

    private static void tell(Spent spent, Transcript transcript) {
        if (spent.requests() > 0) {
            transcript.step(new StepRecord(StepRecord.Kind.MESSAGE, spent.inWords(), "", null, Duration.ZERO));
        }
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

    private static StepRecord setUp(String what, String seen, Duration took) {
        return new StepRecord(StepRecord.Kind.SETUP, what, seen, null, took);
    }

    private static String checkedOut(Checkout checkout) {
        return "check out %s at %s"
                .formatted(checkout.baseBranch(), checkout.baseCommit().substring(0, 10));
    }

    /** The agent does not start on what is not set up: it would spend on a state that nobody meant it to have. */
    private void setUp(List<String> setUp, RepositoryCommands commands, Workspace workspace, Stopwatch stopwatch)
            throws InterruptedException {
        if (setUp.isEmpty()) {
            return;
        }
        var ran = workspace.aside(() ->
                commands.run(StepRecord.Kind.SETUP, setUp, allowed.attempt().setUpTime()));
        stopwatch.lap("set-up");
        if (!ran.passed()) {
            throw new RepositoryRefused(
                    "the repository's set-up failed, so the agent did not start: %s. Mend 'set-up' in .millrace.yml, or"
                                    .formatted(ran.failure())
                            + " the image.\n" + Excerpt.of(ran.output(), REASON));
        }
    }

    private static void stopIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the attempt was stopped");
        }
    }
}
