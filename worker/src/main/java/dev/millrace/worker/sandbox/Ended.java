package dev.millrace.worker.sandbox;

import java.time.Duration;
import java.util.List;

/**
 * How a command ended: the agent's doing, whatever it is.
 *
 * @param exitCode 128 + n where signal n ended it
 * @param stdout head and tail, with a line between them that counts what was left out
 * @param stderr likewise
 * @param timedOut whether its limit ended it
 * @param limits bounds that it, or what it started, ran into
 */
public record Ended(
        int exitCode, String stdout, String stderr, boolean timedOut, Duration took, List<LimitReached> limits) {
    public Ended {
        limits = List.copyOf(limits);
    }

    public Ended(int exitCode, String stdout, String stderr, boolean timedOut, Duration took) {
        this(exitCode, stdout, stderr, timedOut, took, List.of());
    }

    public boolean succeeded() {
        return exitCode == 0 && !timedOut;
    }

    /** What a person would have seen in a terminal: both streams, one after the other. */
    public String output() {
        return stderr.isEmpty() ? stdout : stdout.isEmpty() ? stderr : stdout + "\n" + stderr;
    }
}
