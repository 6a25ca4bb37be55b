package dev.millrace.bench.fleet;

import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.FileEntry;
import dev.millrace.worker.sandbox.FileStatus;
import dev.millrace.worker.sandbox.FileSystemSpace;
import dev.millrace.worker.sandbox.LimitReached;
import dev.millrace.worker.sandbox.Listener;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SystemCallFailed;
import dev.millrace.worker.sandbox.Unpacking;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Takes the repository in, shows an empty workspace, and refuses all else: nothing runs in it. */
final class ScriptedSandbox implements Sandbox {
    private static final int ENOENT = 2;

    private final String task;
    private final int attempt;
    private final Journal journal;
    private final AtomicBoolean closed = new AtomicBoolean();

    ScriptedSandbox(String task, int attempt, Journal journal) {
        this.task = task;
        this.attempt = attempt;
        this.journal = journal;
    }

    int attempt() {
        return attempt;
    }

    /** The agent is let loose. */
    void begin() {
        journal.note(Journal.Kind.HOLDS, task, attempt);
    }

    @Override
    public Ended run(Command command) {
        throw nothingRuns();
    }

    @Override
    public Ended pipe(Command command, InputStream stdin, OutputStream stdout) {
        throw nothingRuns();
    }

    @Override
    public void write(String path, int mode, InputStream content) {
        throw nothingRuns();
    }

    @Override
    public InputStream read(byte[] path) throws SystemCallFailed {
        throw new SystemCallFailed(ENOENT, "a scripted sandbox has no files");
    }

    @Override
    public FileStatus stat(String path) throws SystemCallFailed {
        throw new SystemCallFailed(ENOENT, "a scripted sandbox has no files");
    }

    @Override
    public FileSystemSpace space(String path) {
        return new FileSystemSpace(1 << 30, 1 << 30, 1 << 20, 1 << 20);
    }

    @Override
    public void list(String directory, Set<String> without, long most, Consumer<FileEntry> each) {
        // the workspace is as empty as the repository
    }

    @Override
    public Unpacking unpack(String directory) {
        return new Unpacking() {
            @Override
            public void directory(byte[] path, int mode, Instant modified) {}

            @Override
            public void file(byte[] path, int mode, Instant modified, long size, InputStream content) {}

            @Override
            public void link(byte[] path, Instant modified, byte[] target) {}

            @Override
            public void finish() {}

            @Override
            public void close() {}
        };
    }

    @Override
    public Listener listen(int port) {
        throw nothingRuns();
    }

    @Override
    public List<LimitReached> limitsReached() {
        return List.of();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            journal.note(Journal.Kind.LEFT, task, attempt);
        }
    }

    private static UnsupportedOperationException nothingRuns() {
        return new UnsupportedOperationException("a scripted sandbox runs nothing");
    }
}
