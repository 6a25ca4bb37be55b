package dev.millrace.ingest.trigger;

import dev.millrace.ingest.trigger.Wish.Cause;
import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.schemas.avro.TriggerKind;
import dev.millrace.schemas.id.RepoId;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/** From an event to a task: the rules first, then the forge, which has the last word on who asked. Thread-safe. */
public final class Triggers {
    private final TriggerProperties properties;
    private final TriggerRules rules;
    private final Forge forge;
    private final InstantSource clock;

    public Triggers(TriggerProperties properties, Forge forge, InstantSource clock) {
        this.properties = properties;
        this.rules = new TriggerRules(properties);
        this.forge = forge;
        this.clock = clock;
    }

    /** All that deciding needs of the forge. Thread-safe; every call is bounded and throws where the forge gave no answer. */
    public interface Forge {
        /** Login of the account that Millrace acts as. */
        String bot();

        boolean mayWrite(RepoId repo, String login);

        /** The issue as it is now. */
        Optional<IssueNow> issue(RepoId repo, long number);

        /** Id of the newest timeline event that added the label, even if it was taken off since; empty where unknown. */
        Optional<Long> labelled(RepoId repo, long number, String label);

        record IssueNow(boolean open, boolean pull, Set<String> labels) {
            public IssueNow {
                labels = Set.copyOf(labels);
            }
        }
    }

    /**
     * Decides; changes nothing anywhere, so that it may be asked again.
     *
     * @throws RuntimeException of the port, where the forge gave no answer: nothing is decided then
     */
    public Ruling rule(ForgeEvent event) {
        if (event instanceof ForgeEvent.Other(String what)) {
            return new Ruling.Ignored(what + " is no trigger");
        }
        String bot = forge.bot();
        return switch (rules.decide(event, bot)) {
            case Decision.Ignored(String reason) -> new Ruling.Ignored(reason);
            case Decision.Trigger(Wish wish) -> ask(wish, bot);
        };
    }

    private Ruling ask(Wish wish, String bot) {
        var issue = wish.issue();
        if (!forge.mayWrite(issue.repo(), wish.sender())) {
            return new Ruling.Ignored("%s may not write to %s".formatted(wish.sender(), issue.repo()));
        }
        return switch (wish.cause()) {
            case Cause.Label(boolean alsoMentioned)
            when !alsoMentioned && !standsNow(wish) ->
                new Ruling.Ignored("the issue is not open with label %s any more".formatted(properties.label()));
            case Cause.Label _ -> task(wish, bot, forge.labelled(issue.repo(), issue.number(), properties.label()));
            case Cause.Opening _, Cause.Comment _ -> task(wish, bot, Optional.empty());
        };
    }

    private boolean standsNow(Wish wish) {
        return forge.issue(wish.issue().repo(), wish.issue().number())
                .filter(now -> now.open() && !now.pull() && now.labels().contains(properties.label()))
                .isPresent();
    }

    private Ruling task(Wish wish, String bot, Optional<Long> labelEvent) {
        var instruction = Instruction.of(wish, bot, properties.maxInstruction());
        var request = TaskRequest.newBuilder()
                .setTaskId(Identity.of(wish, labelEvent).value())
                .setRepo(wish.issue().repo().toString())
                .setNumber(wish.issue().number())
                .setTrigger(
                        switch (wish.cause()) {
                            case Cause.Label _ -> TriggerKind.LABEL;
                            case Cause.Opening _, Cause.Comment _ -> TriggerKind.MENTION;
                        })
                .setRequestedBy(wish.sender())
                .setRequestedAt(clock.instant())
                .setTitle(instruction.title())
                .setInstruction(instruction.text())
                .build();
        return new Ruling.Task(request, instruction.originalHash());
    }
}
