package dev.millrace.sink.delivery;

import dev.millrace.gitea.ForgeRefused;
import dev.millrace.schemas.avro.ChangesetPointer;
import dev.millrace.schemas.avro.Delivery;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.schemas.avro.TaskOutcome;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.sink.changeset.ChangesetJudge;
import dev.millrace.sink.changeset.Claim;
import dev.millrace.sink.changeset.Quarantine;
import dev.millrace.sink.changeset.Verdict;
import dev.millrace.sink.text.ForeignText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;

/** Takes one outcome to its destination. Repeatable at any point: the same outcome has the same effect, once. */
final class Deliverer {
    private final Changesets changesets;
    private final ChangesetJudge judge;
    private final Destination destination;
    private final BotCommit bot;
    private final ProposalText text;
    private final Path quarantines;
    private final InstantSource clock;

    Deliverer(
            Changesets changesets,
            ChangesetJudge judge,
            Destination destination,
            BotCommit bot,
            ProposalText text,
            Path quarantines,
            InstantSource clock) {
        this.changesets = changesets;
        this.judge = judge;
        this.destination = destination;
        this.bot = bot;
        this.text = text;
        this.quarantines = quarantines;
        this.clock = clock;
    }

    static String branchOf(TaskId task) {
        return "millrace/" + task;
    }

    /**
     * Delivers the outcome, or says in the delivery why it was refused.
     *
     * @throws dev.millrace.gitea.ForgeUnavailable if the forge is away
     * @throws dev.millrace.schemas.topic.BrokerUnavailable if the changeset could not be asked for
     * @throws UncheckedIOException if this machine's disk does not do its part
     * @throws IllegalArgumentException if the outcome's ids are none
     */
    Delivery deliver(TaskOutcome outcome) {
        var receipt = new Receipt(outcome, clock);
        ChangesetPointer pointer = outcome.getChangeset();
        boolean deliverable = outcome.getOutcome() == Outcome.SOLVED || ProposalText.isUnfinished(outcome);
        if (!deliverable || pointer == null) {
            return receipt.asItEnded("");
        }
        try {
            return deliver(outcome, pointer, receipt);
        } catch (ForgeRefused refused) {
            return stopped(
                    receipt,
                    "The forge refused it (HTTP %d): %s"
                            .formatted(refused.status(), ForeignText.line(String.valueOf(refused.getMessage()), 500)));
        } catch (DeliveryRefused refused) {
            return stopped(receipt, String.valueOf(refused.getMessage()));
        } catch (IOException disk) {
            throw new UncheckedIOException(
                    "task %s could not be delivered from this machine".formatted(outcome.getTaskId()), disk);
        }
    }

    private Delivery deliver(TaskOutcome outcome, ChangesetPointer pointer, Receipt receipt) throws IOException {
        var changeset = changesets.at(pointer);
        receipt.ended("fetch changeset");
        if (changeset.isEmpty()) {
            return receipt.as(Outcome.REFUSED, "The stored changes are not there any more; ask for the task again.");
        }
        var repo = RepoId.parse(outcome.getRepo());
        ObjectId base = commitId(outcome.getBaseCommit());
        try (Repository repository = destination.open(repo, outcome.getBaseBranch(), base);
                var quarantine = Quarantine.over(repository, quarantines)) {
            receipt.ended("fetch base");
            Verdict verdict = judge.judge(Claim.of(outcome, pointer), changeset.get(), quarantine);
            receipt.ended("judge");
            return switch (verdict) {
                case Verdict.Empty _ -> receipt.as(Outcome.NO_CHANGE, "The changes leave every file as it was.");
                case Verdict.Refused(var reasons) -> receipt.as(Outcome.REFUSED, String.join("\n", reasons));
                case Verdict.Accepted accepted -> {
                    ObjectId commit = bot.write(quarantine.repository(), outcome, base, accepted.tree());
                    propose(outcome, repo, commit, quarantine.repository(), receipt);
                    yield receipt.asItEnded("");
                }
            };
        }
    }

    private void propose(TaskOutcome outcome, RepoId repo, ObjectId commit, Repository from, Receipt receipt)
            throws IOException {
        String branch = branchOf(new TaskId(outcome.getTaskId()));
        var earlier = destination.proposed(repo, branch, outcome.getBaseBranch());
        if (earlier.isPresent() && !earlier.get().open()) {
            // People have decided on it since; a branch that they removed must not come back.
            receipt.pushed(branch, commit.name());
            receipt.proposed(earlier.get());
            return;
        }
        destination.push(repo, branch, commit, from);
        receipt.pushed(branch, commit.name());
        receipt.ended("push");
        boolean settles = destination.settles(repo, outcome.getTask().getNumber());
        var proposal = new Destination.Proposal(
                text.title(outcome), text.body(outcome, settles), branch, outcome.getBaseBranch());
        var proposed = destination.propose(repo, proposal);
        proposed.ifPresent(receipt::proposed);
        receipt.ended("propose");
        destination.mark(repo, commit, !ProposalText.isUnfinished(outcome), proposed);
        receipt.ended("status");
    }

    /** What is pushed is delivered, if not with all that belongs to it. */
    private static Delivery stopped(Receipt receipt, String reason) {
        return receipt.isPushed() ? receipt.asItEnded(reason) : receipt.as(Outcome.REFUSED, reason);
    }

    private static ObjectId commitId(String id) {
        if (!ObjectId.isId(id)) {
            throw new DeliveryRefused("The outcome names no base commit.");
        }
        return ObjectId.fromString(id);
    }
}
