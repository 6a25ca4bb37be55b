package dev.millrace.worker.sandbox;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A sandbox for tests of what only runs commands in it: everything else is refused. */
public abstract class CommandsOnly implements Sandbox {

    @Override
    public Ended pipe(Command command, InputStream stdin, OutputStream stdout) {
        throw new IllegalStateException("this fake runs commands only");
    }

    @Override
    public void write(String path, int mode, InputStream content) {
        throw new IllegalStateException("this fake runs commands only");
    }

    @Override
    public InputStream read(byte[] path) throws SystemCallFailed {
        throw new IllegalStateException("this fake runs commands only");
    }

    @Override
    public FileStatus stat(String path) throws SystemCallFailed {
        throw new IllegalStateException("this fake runs commands only");
    }

    @Override
    public FileSystemSpace space(String path) throws SystemCallFailed {
        throw new IllegalStateException("this fake runs commands only");
    }

    @Override
    public void list(String directory, Set<String> without, long most, Consumer<FileEntry> each)
            throws SystemCallFailed {
        throw new IllegalStateException("this fake runs commands only");
    }

    @Override
    public Unpacking unpack(String directory) {
        throw new IllegalStateException("this fake runs commands only");
    }

    @Override
    public Listener listen(int port) {
        throw new IllegalStateException("this fake runs commands only");
    }

    @Override
    public List<LimitReached> limitsReached() {
        return List.of();
    }
}
