package dev.millrace.worker.attempt;

import dev.millrace.schemas.avro.TaskRequest;
import dev.millrace.worker.agent.Agent;
import dev.millrace.worker.agent.AgentLimits;
import dev.millrace.worker.agent.Agents;
import dev.millrace.worker.agent.UnknownAgent;
import dev.millrace.worker.workspace.RepositoryRefused;
import dev.millrace.worker.workspace.RepositorySettings;
import dev.millrace.worker.workspace.RepositorySettings.WhenVerifyFails;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What counts for one attempt: the task's word goes before the repository's, and both before the operator's, who says
 * what there is to choose from and how much of it at most.
 *
 * @param rounds how often the agent is told that verification failed, at most
 * @param notes for people, on what the repository wants and does not get
 */
record Choice(
        Agent agent,
        String image,
        String model,
        AgentLimits limits,
        int rounds,
        WhenVerifyFails whenVerifyFails,
        List<String> notes) {

    /**
     * Chooses.
     *
     * @throws UnknownAgent if the task names an agent that is not there
     * @throws RepositoryRefused if the repository names an agent or a model that it may not
     */
    static Choice of(TaskRequest task, RepositorySettings settings, Agents agents, Allowed allowed) {
        var notes = new ArrayList<>(settings.notes());
        Agent agent = agent(task, settings, agents);
        return new Choice(
                agent,
                image(task, settings.image(), agent),
                model(task, settings, allowed.models()),
                limits(settings.limits(), allowed.agent(), notes),
                rounds(settings, allowed.attempt(), notes),
                settings.whenVerifyFails() == WhenVerifyFails.NOTHING
                        ? WhenVerifyFails.NOTHING
                        : allowed.attempt().whenVerifyFails(),
                notes);
    }

    /** The task's, or the repository's, or the agent's; empty for the worker's default. */
    static String image(TaskRequest task, String repository, Agent agent) {
        return Stream.of(task.getImage(), repository, agent.image())
                .filter(image -> !image.isBlank())
                .findFirst()
                .orElse("");
    }

    private static Agent agent(TaskRequest task, RepositorySettings settings, Agents agents) {
        if (!task.getAgent().isEmpty()) {
            return agents.named(task.getAgent());
        }
        try {
            return agents.named(settings.agent());
        } catch (UnknownAgent unknown) {
            throw new RepositoryRefused("%s: %s".formatted(RepositorySettings.FILE, unknown.getMessage()), unknown);
        }
    }

    private static String model(TaskRequest task, RepositorySettings settings, List<String> known) {
        if (!task.getModel().isEmpty()) {
            return task.getModel();
        }
        String model = settings.model();
        if (!model.isEmpty() && !known.contains(model)) {
            throw new RepositoryRefused("%s: a repository may not choose the model '%s' here; it may: %s"
                    .formatted(RepositorySettings.FILE, model, known.isEmpty() ? "none" : String.join(", ", known)));
        }
        return model;
    }

    private static AgentLimits limits(RepositorySettings.Limits wished, AgentLimits most, List<String> notes) {
        Duration time = least("limits.time", wished.time(), most.time(), notes);
        Duration commandTime = least("limits.command-time", wished.commandTime(), most.commandTime(), notes);
        return new AgentLimits(
                least("limits.steps", wished.steps(), most.steps(), notes),
                time,
                commandTime.compareTo(time) < 0 ? commandTime : time,
                most.observationBytes());
    }

    private static int rounds(RepositorySettings settings, AttemptProperties most, List<String> notes) {
        return least("rounds", settings.rounds(), most.rounds(), notes);
    }

    private static <T extends Comparable<T>> T least(String key, @Nullable T wished, T most, List<String> notes) {
        if (wished == null) {
            return most;
        }
        if (wished.compareTo(most) > 0) {
            notes.add("%s: '%s' is %s, and no more than %s is allowed here"
                    .formatted(RepositorySettings.FILE, key, wished, most));
            return most;
        }
        return wished;
    }
}
