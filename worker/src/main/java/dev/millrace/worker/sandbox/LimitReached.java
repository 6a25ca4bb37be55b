package dev.millrace.worker.sandbox;

/**
 * A bound of the sandbox that something inside ran into.
 *
 * @param description for people, with the bound, such as "memory limit of 2 GB reached"
 */
public record LimitReached(Kind kind, String description) {

    /** Which bound. */
    public enum Kind {
        MEMORY,
        CPU,
        PROCESSES,
        SPACE,
        INODES,
        FILE_SIZE,
        OPEN_FILES,
        OUTPUT,
        TIME
    }
}
