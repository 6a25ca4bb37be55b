package dev.millrace.ingest.hearing;

import dev.millrace.ingest.control.Controls;
import dev.millrace.ingest.door.Deadline;
import dev.millrace.ingest.door.Requests;
import dev.millrace.ingest.trigger.ForgeEvent;
import dev.millrace.ingest.trigger.Ruling;
import dev.millrace.ingest.trigger.Triggers;
import dev.millrace.schemas.id.RepoId;
import dev.millrace.schemas.wire.TraceParent;

/**
 * From an event in the forge to what follows from it. It does not matter who tells of it, nor how often: the same event
 * has the same effect, once. Thread-safe.
 */
public final class Hearing {
    private static final int MOST_REMEMBERED = 10_000;

    private final Triggers triggers;
    private final Requests requests;
    private final Controls controls;
    private final Answers answers;
    private final Settled settled = new Settled(MOST_REMEMBERED);

    public Hearing(Triggers triggers, Requests requests, Controls controls, Answers answers) {
        this.triggers = triggers;
        this.requests = requests;
        this.controls = controls;
        this.answers = answers;
    }

    /** Whether the operator lets the bot work in the repository. */
    public boolean serves(RepoId repo) {
        return triggers.serves(repo);
    }

    /**
     * What is to become of the event; nothing has happened yet.
     *
     * @throws RuntimeException of the forge's client, where the forge gave no answer
     */
    public Ruling rule(ForgeEvent event) {
        return triggers.rule(event);
    }

    /**
     * Makes it so, and returns when the broker has what it is to have. People are answered afterwards, in the background.
     *
     * @param cause the trace that the request goes on with
     * @throws dev.millrace.schemas.topic.BrokerUnavailable if the broker did not take it by the deadline
     */
    public void follow(Ruling ruling, TraceParent cause, Deadline deadline) {
        switch (ruling) {
            case Ruling.Task task -> {
                requests.publish(task.request(), cause, deadline);
                settled.add(task.id());
                answers.heard(task.place());
            }
            case Ruling.Wanted wanted -> {
                controls.publish(wanted.request(), cause, deadline);
                settled.add(wanted.id());
                answers.heard(wanted.place());
            }
            case Ruling.Answered answered -> {
                settled.add(answered.id());
                answers.answered(answered.place(), answered.answer());
            }
            case Ruling.Refused refused -> {
                settled.add(refused.id());
                answers.refused(refused.place(), refused.answer());
            }
            case Ruling.Ignored _ -> {}
        }
    }

    /** Whether this process has followed the ruling already, so that a listener to the past need not again. */
    public boolean isSettled(Ruling ruling) {
        return switch (ruling) {
            case Ruling.Task task -> settled.has(task.id());
            case Ruling.Wanted wanted -> settled.has(wanted.id());
            case Ruling.Answered answered -> settled.has(answered.id());
            case Ruling.Refused refused -> settled.has(refused.id());
            case Ruling.Ignored _ -> true;
        };
    }
}
