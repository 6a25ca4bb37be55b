package dev.millrace.worker.sandbox.tether;

import java.time.Duration;

/**
 * How a command ended.
 *
 * @param signalled whether a signal killed it
 * @param code its exit code, or the signal's number
 * @param limit whether its time limit ended it
 * @param wall time from its start to its end
 * @param user processor time in user mode, of all its waited-for children too
 * @param system processor time in the kernel, likewise
 * @param residentBytes the largest resident memory of one of its processes
 */
public record Exit(
        boolean signalled, int code, boolean limit, Duration wall, Duration user, Duration system, long residentBytes) {

    /** As a shell tells it: 128 + n where signal n ended it. */
    public int shellCode() {
        return signalled ? 128 + code : code;
    }
}
