package dev.millrace.worker.agent.described;

/** An agent's description cannot be used; the message names file, line and reason. */
public final class DescriptionRefused extends IllegalArgumentException {
    DescriptionRefused(String file, int line, String reason) {
        super("%s:%d: %s".formatted(file, line, reason));
    }

    DescriptionRefused(String file, String reason) {
        super("%s: %s".formatted(file, reason));
    }
}
