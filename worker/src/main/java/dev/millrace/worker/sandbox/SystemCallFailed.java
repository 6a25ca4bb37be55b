package dev.millrace.worker.sandbox;

import java.io.IOException;

/** A sandbox could not do one thing, as a system call in it said; everything else in it goes on. */
public final class SystemCallFailed extends IOException {
    private final int errno;

    /** @param errno Linux's number, such as 2 for ENOENT */
    public SystemCallFailed(int errno, String message) {
        super(message);
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }
}
