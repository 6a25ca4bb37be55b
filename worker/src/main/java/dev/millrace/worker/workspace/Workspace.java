package dev.millrace.worker.workspace;

import dev.millrace.worker.sandbox.FileStatus;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The repository inside one sandbox. It comes in as files with a {@code .git} beside them, all made on this side; what
 * comes out is made on this side too, from the files alone, so that it is one whatever the agent does to {@code .git}.
 * For one thread at a time.
 */
public final class Workspace {
    /** The most that a changeset's pack may hold, in bytes. */
    public static final int PACK_LIMIT = 16 << 20;

    /** The most that is read of files that changed, in bytes. */
    static final long MOST_READ = 1L << 30;

    /** The most that is read of one of them, in bytes. */
    static final long LARGEST_FILE = 256L << 20;

    /** The most files and directories, each way. */
    static final int MOST_ENTRIES = 500_000;

    /** The largest {@code .gitignore} or {@code .gitattributes}, in bytes. */
    static final int LARGEST_RULES = 1 << 20;

    private static final int E2BIG = 7;

    private final Sandbox sandbox;
    private final Checkout checkout;
    private final Duration limit;
    private @Nullable Base base;

    /** @param limit of each way, in or out */
    public Workspace(Sandbox sandbox, Checkout checkout, Duration limit) {
        this.sandbox = sandbox;
        this.checkout = checkout;
        this.limit = limit;
    }

    /**
     * Puts the base into the sandbox, once, before anything else runs there.
     *
     * @throws RepositoryUnavailable if the base's objects cannot be read on this side
     * @throws RepositoryRefused if the sandbox cannot take it, for lack of space or time, or no git would
     * @throws SandboxUnavailable if the sandbox failed
     */
    public void in() {
        try (var watch = new Watch(limit)) {
            try (var unpacking = sandbox.unpack(Sandbox.WORKSPACE)) {
                Base written = new BaseWriter(checkout, unpacking).write();
                unpacking.finish();
                written.note(sandbox);
                base = written;
            } catch (SystemCallFailed failed) {
                throw new RepositoryRefused(
                        "the sandbox did not take commit %s: %s%s"
                                .formatted(checkout.baseCommit(), failed.getMessage(), room()),
                        failed);
            } catch (IOException unreadable) {
                refuseIfOver(watch, unreadable);
                checkout.suspect();
                throw new RepositoryUnavailable(
                        "the objects of commit %s cannot be read: %s"
                                .formatted(checkout.baseCommit(), unreadable.getMessage()),
                        unreadable);
            } catch (SandboxUnavailable failed) {
                refuseIfOver(watch, failed);
                throw failed;
            }
        }
    }

    private void refuseIfOver(Watch watch, Exception why) {
        if (watch.over()) {
            throw new RepositoryRefused(
                    "the sandbox did not take commit %s in %s".formatted(checkout.baseCommit(), limit), why);
        }
    }

    private String room() {
        try {
            var space = sandbox.space(Sandbox.WORKSPACE);
            return " (%s has %d of %d MiB and %d of %d files free: see millrace.worker.sandbox.workspace-size and .inodes)"
                    .formatted(
                            Sandbox.WORKSPACE,
                            space.freeBytes() >> 20,
                            space.totalBytes() >> 20,
                            space.freeInodes(),
                            space.totalInodes());
        } catch (SystemCallFailed unknown) {
            return "";
        }
    }

    /** Something that is done in the sandbox. */
    public interface Errand<T> {
        T run() throws InterruptedException;
    }

    /**
     * Lets something be done that is none of the agent's work: files that it makes, or changes where the agent did not,
     * are no part of what comes out, as long as they stay as they are then.
     *
     * @throws SandboxUnavailable if the sandbox failed
     */
    public <T> T aside(Errand<T> errand) throws InterruptedException {
        Base known = known();
        var before = listing();
        T result = errand.run();
        var after = listing();
        if (before.isPresent() && after.isPresent()) {
            known.disregard(before.get(), after.get());
        }
        return result;
    }

    /** Nothing where there is too much: what comes out then says so. */
    private Optional<Map<RawPath, FileStatus>> listing() {
        try (var watch = new Watch(limit)) {
            try {
                return Optional.of(Base.listing(sandbox));
            } catch (SystemCallFailed tooMuch) {
                return Optional.empty();
            } catch (SandboxUnavailable failed) {
                if (watch.over()) {
                    return Optional.empty();
                }
                throw failed;
            }
        }
    }

    private Base known() {
        if (base == null) {
            throw new IllegalStateException("nothing is done before the base is in");
        }
        return base;
    }

    /**
     * Takes out what the files are now, against the base: those that the repository's {@code .gitignore} does not name.
     * The workspace stays as it is; this may be done again.
     *
     * @throws RepositoryUnavailable if the base's objects cannot be read on this side
     * @throws SandboxUnavailable if the sandbox failed
     */
    public Change out() {
        Base known = known();
        try (var watch = new Watch(limit)) {
            try (var reader = checkout.newReader()) {
                return new ChangeReader(sandbox, checkout, known, reader).read();
            } catch (ChangeRefused refused) {
                return refused.change();
            } catch (SystemCallFailed failed) {
                return new Change.Unreadable(
                        failed.errno() == E2BIG
                                ? "there are more than %d files in the workspace".formatted(MOST_ENTRIES)
                                : "the workspace cannot be listed: " + failed.getMessage());
            } catch (SandboxUnavailable failed) {
                if (watch.over()) {
                    return new Change.Unreadable("taking the files took longer than " + limit);
                }
                throw failed;
            } catch (IOException failed) {
                if (watch.over()) {
                    return new Change.Unreadable("taking the files took longer than " + limit);
                }
                checkout.suspect();
                throw new RepositoryUnavailable(
                        "the files cannot be compared with commit %s: %s"
                                .formatted(checkout.baseCommit(), failed.getMessage()),
                        failed);
            }
        }
    }
}
