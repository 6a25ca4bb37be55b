package dev.millrace.worker.agent;

import java.util.List;

/**
 * What an agent is to do.
 *
 * @param title of the task; may be empty
 * @param instruction what to do, in the words of who asked
 * @param repo owner/name
 * @param script shell commands of the script agent, in order; nothing else reads them
 * @param model by its name at the provider; empty for the default
 * @param background what else {@link Prompt} tells
 */
public record Assignment(
        String title,
        String instruction,
        String repo,
        List<String> script,
        String model,
        AgentLimits limits,
        Background background) {
    public Assignment {
        script = List.copyOf(script);
    }

    /** Without anything beside the task. */
    public Assignment(
            String title, String instruction, String repo, List<String> script, String model, AgentLimits limits) {
        this(title, instruction, repo, script, model, limits, Background.NONE);
    }
}
