package dev.millrace.worker.sandbox.docker;

import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.FileEntry;
import dev.millrace.worker.sandbox.FileStatus;
import dev.millrace.worker.sandbox.FileSystemSpace;
import dev.millrace.worker.sandbox.LimitReached;
import dev.millrace.worker.sandbox.Listener;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.Unpacking;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** One container, with one exec per command. */
final class DockerSandbox implements Sandbox {
    private final Engine engine;
    private final String container;
    private final int outputKept;
    private final AtomicBoolean closed = new AtomicBoolean();

    DockerSandbox(Engine engine, String container, SandboxProperties properties) {
        this.engine = engine;
        this.container = container;
        outputKept = Math.toIntExact(properties.outputKept().toBytes());
    }

    @Override
    public Ended run(Command command) {
        refuseWhenClosed();
        var stdout = new HeadAndTail(outputKept);
        return new Exec(engine, container, command, outputKept).run(null, stdout, stdout::toString);
    }

    @Override
    public Ended pipe(Command command, InputStream stdin, OutputStream stdout) {
        refuseWhenClosed();
        return new Exec(engine, container, command, outputKept).run(stdin, stdout, () -> "");
    }

    private void refuseWhenClosed() {
        if (closed.get()) {
            throw new SandboxUnavailable("this sandbox was closed");
        }
    }

    @Override
    public void write(String path, int mode, InputStream content) {
        throw new UnsupportedOperationException("comes with the tether");
    }

    @Override
    public InputStream read(byte[] path) {
        throw new UnsupportedOperationException("comes with the tether");
    }

    @Override
    public FileStatus stat(String path) {
        throw new UnsupportedOperationException("comes with the tether");
    }

    @Override
    public FileSystemSpace space(String path) {
        throw new UnsupportedOperationException("comes with the tether");
    }

    @Override
    public void list(String directory, Set<String> without, long most, Consumer<FileEntry> each) {
        throw new UnsupportedOperationException("comes with the tether");
    }

    @Override
    public Unpacking unpack(String directory) {
        throw new UnsupportedOperationException("comes with the tether");
    }

    @Override
    public Listener listen(int port) {
        throw new UnsupportedOperationException("comes with the tether");
    }

    @Override
    public List<LimitReached> limitsReached() {
        return List.of();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            engine.remove(container);
        }
    }
}
