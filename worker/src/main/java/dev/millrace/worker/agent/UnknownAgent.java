package dev.millrace.worker.agent;

import java.util.Collection;

/** A task or the configuration names an agent that this worker does not have. */
public final class UnknownAgent extends IllegalArgumentException {
    UnknownAgent(String name, Collection<String> known) {
        super("There is no agent '%s' here; known are: %s".formatted(name, String.join(", ", known)));
    }
}
