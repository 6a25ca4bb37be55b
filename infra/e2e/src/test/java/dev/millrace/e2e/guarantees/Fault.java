package dev.millrace.e2e.guarantees;

/**
 * Something that is done to a process.
 *
 * @param after so many tasks came to their end: whatever the machine's speed, something goes on when it happens
 * @param slot whose process it befalls; another's where that one cannot be had
 */
record Fault(long after, Kind kind, int slot) {
    enum Kind {
        KILL_WORKER,
        FREEZE_WORKER,
        KILL_DISPATCH,
        KILL_BROKER
    }
}
