package dev.millrace.ingest.trigger;

import dev.millrace.ingest.trigger.Command.Options;
import dev.millrace.ingest.trigger.Wish.Cause;
import dev.millrace.schemas.avro.Remark;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TriggerKind;
import dev.millrace.schemas.id.TaskId;
import dev.millrace.schemas.text.HiddenText;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Writes down as a request what somebody who may has wished. Thread-safe. */
final class TaskWriter {
    private static final String REVIEW =
            "Review the changes of this pull request against what it says they are for. Put right what is wrong, and say"
                    + " in your summary what you found.";
    private static final String PLAN =
            "Only plan this; change no file, since no change would be taken. Look at what there is, and say in your"
                    + " summary, step by step, what you would do and what is left to decide.";
    private static final String APPROVED = "Carry out this plan of yours, which has been approved:";

    private final TriggerProperties properties;
    private final InstantSource clock;

    TaskWriter(TriggerProperties properties, InstantSource clock) {
        this.properties = properties;
        this.clock = clock;
    }

    /** The task that the wish asks for. */
    Ruling.Task write(Wish wish, TaskId id, Command.Work work, Start start, List<Remark> before) {
        String said = wish.cause() instanceof Cause.ReviewRequest ? REVIEW : work.text();
        String words = work.plan() ? (PLAN + "\n\n" + said).strip() : said;
        return task(wish, id, work.options(), start, work.plan(), words, before);
    }

    /**
     * The task that carries out a plan.
     *
     * @param plan as the bot proposed it
     */
    Ruling.Task write(Wish wish, TaskId id, Command.Approve approval, String plan, Start start, List<Remark> before) {
        String words = APPROVED + "\n\n" + HiddenText.removedFrom(plan);
        return task(wish, id, approval.options(), start, false, words, before);
    }

    private Ruling.Task task(
            Wish wish, TaskId id, Options options, Start start, boolean plan, String words, List<Remark> before) {
        var instruction = Instruction.of(wish, words, properties.maxInstruction());
        var request = TaskRequest.newBuilder()
                .setTaskId(id.value())
                .setRepo(wish.issue().repo().toString())
                .setNumber(wish.issue().number())
                .setTrigger(kind(wish.cause()))
                .setRequestedBy(wish.sender())
                .setRequestedAt(clock.instant())
                .setTitle(instruction.title())
                .setInstruction(instruction.text())
                .setAgent(options.agent())
                .setModel(options.model())
                .setBudgetMicros(options.budgetMicros().orElse(null))
                .setBaseBranch(
                        switch (start) {
                            case Start.Onto(String branch) -> branch;
                            case Start.Continue(String branch) -> branch;
                            case Start.Default _, Start.Elsewhere _ -> "";
                        })
                .setTargetBranch(start instanceof Start.Continue(String branch) ? branch : "")
                .setPlan(plan)
                .setConversation(before)
                .build();
        return new Ruling.Task(request, instruction.originalHash(), place(wish));
    }

    static Place place(Wish wish) {
        var comment = wish.cause() instanceof Cause.Comment(long id) ? Optional.of(id) : Optional.<Long>empty();
        return new Place(wish.issue().repo(), wish.issue().number(), comment);
    }

    private static TriggerKind kind(Cause cause) {
        return switch (cause) {
            case Cause.Label _ -> TriggerKind.LABEL;
            case Cause.Assignment _ -> TriggerKind.ASSIGNMENT;
            case Cause.Opening _, Cause.Comment _ -> TriggerKind.MENTION;
            case Cause.Review _ -> TriggerKind.REVIEW;
            case Cause.ReviewRequest _ -> TriggerKind.REVIEW_REQUEST;
        };
    }
}
