package dev.millrace.worker.attempt;

import dev.millrace.schemas.avro.Finished;
import dev.millrace.schemas.avro.Outcome;
import dev.millrace.worker.agent.AgentEnd;
import dev.millrace.worker.sandbox.LimitReached;
import dev.millrace.worker.workspace.Change;
import dev.millrace.worker.workspace.RepositorySettings.WhenVerifyFails;
import java.util.List;
import java.util.stream.Collectors;

/** The records that tell how an attempt ended. */
final class Results {
    /** As the contract bounds it, in seconds. */
    private static final int LONGEST_PUT_OFF = 86_400;

    private Results() {}

    static Finished.Builder of(Rounds.Played played, WhenVerifyFails whenVerifyFails, Attempt.Changesets changesets) {
        return switch (played) {
            case Rounds.Stopped(AgentEnd end) -> stopped(end);
            case Rounds.Good(String summary, Change change) ->
                good(change, changesets).setSummary(summary);
            case Rounds.Verified verified ->
                good(verified.change(), changesets)
                        .setSummary(verified.summary())
                        .setVerification(verified.verification());
            case Rounds.Failing failing -> {
                var finished = Finished.newBuilder()
                        .setOutcome(Outcome.UNSOLVED)
                        .setSummary(failing.summary())
                        .setReason(failing.why())
                        .setVerification(failing.verification());
                yield whenVerifyFails == WhenVerifyFails.WIP
                        ? finished.setChangeset(changesets.put(failing.change()))
                        : finished;
            }
        };
    }

    private static Finished.Builder good(Change change, Attempt.Changesets changesets) {
        var finished = Finished.newBuilder();
        return switch (change) {
            case Change.NoChange _ -> finished.setOutcome(Outcome.NO_CHANGE);
            case Change.Changed changed -> finished.setOutcome(Outcome.SOLVED).setChangeset(changesets.put(changed));
            case Change.TooLarge(var limit) ->
                finished.setOutcome(Outcome.UNSOLVED)
                        .setReason("the changes take more than %d MiB".formatted(limit >> 20));
            case Change.Unreadable unreadable ->
                finished.setOutcome(Outcome.UNSOLVED).setReason(unreadable.reason());
        };
    }

    private static Finished.Builder stopped(AgentEnd end) {
        var finished = Finished.newBuilder();
        return switch (end) {
            case AgentEnd.Done _ -> throw new IllegalArgumentException("an agent that is done did not stop");
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

    static Finished.Builder ended(Outcome outcome, Exception why) {
        return Finished.newBuilder().setOutcome(outcome).setReason(String.valueOf(why.getMessage()));
    }

    /** What the agent ran into explains much of what it did, also where it came to a good end. */
    static Finished.Builder nameLimits(List<LimitReached> limits, Finished.Builder result) {
        if (limits.isEmpty()) {
            return result;
        }
        String named = limits.stream()
                .map(LimitReached::description)
                .collect(Collectors.joining("; ", "Sandbox limits: ", "."));
        String reason = result.hasReason() ? result.getReason() : "";
        String before = reason.isEmpty() ? "" : reason.endsWith(".") ? reason + " " : reason + ". ";
        return result.setReason(before + named);
    }
}
