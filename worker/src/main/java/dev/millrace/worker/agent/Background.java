package dev.millrace.worker.agent;

import java.util.List;

/**
 * What an agent has to know beside its task.
 *
 * @param askedBy login of who asked; empty where that is not known
 * @param conversation what was said before, oldest first
 * @param rules how to work in this repository, as its base branch has it
 * @param verify the shell commands by which the repository judges the result
 * @param failed what came of them the last time; empty if the work begins only now
 */
public record Background(
        String askedBy, List<Remark> conversation, List<Rules> rules, List<String> verify, String failed) {
    /** Nothing is known. */
    public static final Background NONE = new Background("", List.of(), List.of(), List.of(), "");

    public Background {
        conversation = List.copyOf(conversation);
        rules = List.copyOf(rules);
        verify = List.copyOf(verify);
    }

    /**
     * How to work in a repository.
     *
     * @param file that says so
     */
    public record Rules(String file, String text) {}

    Background withFailed(String output) {
        return new Background(askedBy, conversation, rules, verify, output);
    }
}
