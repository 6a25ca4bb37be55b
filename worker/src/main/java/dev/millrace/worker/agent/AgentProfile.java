package dev.millrace.worker.agent;

import dev.millrace.worker.model.upstream.Protocol;
import java.util.List;
import java.util.Optional;

/**
 * What there is to know of an agent before it works.
 *
 * @param about one line for people; may be empty
 * @param file that tells it, by its name alone where Millrace brings it; empty for a part of Millrace
 * @param speaks how it talks to models; empty if it asks none
 * @param needs files that its image must have
 * @param command that starts it, with places such as {@code {prompt-file}}; empty for a part of Millrace
 */
public record AgentProfile(
        String about, String file, Optional<Protocol> speaks, List<String> needs, List<String> command) {
    public AgentProfile {
        needs = List.copyOf(needs);
        command = List.copyOf(command);
    }

    /** Of an agent that is a part of Millrace. */
    static AgentProfile part(String about, Optional<Protocol> speaks) {
        return new AgentProfile(about, "", speaks, List.of(), List.of());
    }
}
