package dev.millrace.worker.sandbox.tether;

import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import org.jspecify.annotations.Nullable;

/** Why a stream, or all of them, came to nothing. Thrown anew at everybody who waits, or asks later. */
sealed interface Failure {
    int EBADF = 9;
    int EPIPE = 32;
    int ECONNRESET = 104;
    int ECANCELED = 125;

    /** This side ended the stream. */
    static Failure canceled() {
        return new Refused(ECANCELED, "it was ended from this side");
    }

    /** The other end did, without a word. */
    static Failure reset() {
        return new Refused(ECONNRESET, "the other end dropped it");
    }

    /** This side has closed a way of it. */
    static Failure closed() {
        return new Refused(EBADF, "it was closed on this side");
    }

    /** One thing could not be done. */
    record Refused(int errno, String what) implements Failure {}

    /** The tether is no more. */
    record Broken(String what, @Nullable Throwable cause) implements Failure {}

    /** The exception to throw where only the tether's end can be meant. */
    default SandboxUnavailable unavailable() {
        return switch (this) {
            case Refused refused -> new SandboxUnavailable(refused.what());
            case Broken broken when broken.cause() != null -> new SandboxUnavailable(broken.what(), broken.cause());
            case Broken broken -> new SandboxUnavailable(broken.what());
        };
    }

    /** The exception to throw; {@link SandboxUnavailable} it throws itself. */
    default SystemCallFailed thrown() {
        return switch (this) {
            case Refused refused -> new SystemCallFailed(refused.errno(), refused.what());
            case Broken broken -> throw broken.unavailable();
        };
    }
}
