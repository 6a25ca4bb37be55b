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
import dev.millrace.worker.sandbox.SystemCallFailed;
import dev.millrace.worker.sandbox.Unpacking;
import dev.millrace.worker.sandbox.tether.Tether;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** One container, and all that goes through its tether. */
final class DockerSandbox implements Sandbox {
    /** More than any repository has, less than would hurt. */
    private static final int DEEPEST = 128;

    private final Engine engine;
    private final Launched launched;
    private final List<String> warnings;
    private final Limits limits;
    private final int outputKept;
    private final AtomicBoolean closed = new AtomicBoolean();

    DockerSandbox(Engine engine, Launched launched, List<String> warnings, SandboxProperties properties) {
        this.engine = engine;
        this.launched = launched;
        this.warnings = List.copyOf(warnings);
        limits = new Limits(properties, launched.tether(), System::nanoTime);
        outputKept = Math.toIntExact(properties.outputKept().toBytes());
    }

    @Override
    public Ended run(Command command) {
        return new Execution(tether(), limits, command, outputKept).keeping(new HeadAndTail(outputKept));
    }

    @Override
    public Ended pipe(Command command, InputStream stdin, OutputStream stdout) {
        return new Execution(tether(), limits, command, outputKept).piping(stdin, stdout);
    }

    @Override
    public void write(String path, int mode, InputStream content) throws IOException {
        tether().write(path, mode, true, content);
    }

    @Override
    public InputStream read(byte[] path) throws SystemCallFailed {
        return tether().read(path, 0, Long.MAX_VALUE);
    }

    @Override
    public FileStatus stat(String path) throws SystemCallFailed {
        return tether().stat(path);
    }

    @Override
    public FileSystemSpace space(String path) throws SystemCallFailed {
        return tether().space(path);
    }

    @Override
    public void list(String directory, Set<String> without, long most, Consumer<FileEntry> each)
            throws SystemCallFailed {
        tether().list(directory, DEEPEST, most, without, each);
    }

    @Override
    public Unpacking unpack(String directory) throws SystemCallFailed {
        return tether().unpack(directory);
    }

    @Override
    public Listener listen(int port) throws SystemCallFailed {
        return tether().listen(port);
    }

    @Override
    public List<LimitReached> limitsReached() {
        return limits.all();
    }

    @Override
    public List<String> warnings() {
        return warnings;
    }

    /** The container's id. */
    String container() {
        return launched.container();
    }

    private Tether tether() {
        if (closed.get()) {
            throw new SandboxUnavailable("this sandbox was closed");
        }
        return launched.tether();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            launched.end(engine);
        }
    }
}
