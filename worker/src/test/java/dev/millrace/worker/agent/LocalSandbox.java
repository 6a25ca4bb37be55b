package dev.millrace.worker.agent;

import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.CommandsOnly;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands as processes of this machine, in a directory that stands for the workspace. No sandbox at all. */
final class LocalSandbox extends CommandsOnly {
    private final Path workspace;
    private final Path output;
    private boolean closed;

    final List<Command> commands = new ArrayList<>();

    LocalSandbox(Path directory) throws IOException {
        workspace = Files.createDirectories(directory.resolve("workspace"));
        output = Files.createDirectories(directory.resolve("output"));
    }

    Path file(String name) {
        return workspace.resolve(name);
    }

    @Override
    public Ended run(Command command) {
        if (closed) {
            throw new IllegalStateException("run after close: " + command);
        }
        if (!command.directory().equals(WORKSPACE)) {
            throw new IllegalArgumentException("there is only " + WORKSPACE + " here, no " + command.directory());
        }
        commands.add(command);
        try {
            return execute(command);
        } catch (IOException failed) {
            throw new SandboxUnavailable("cannot run " + command.argv(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SandboxUnavailable("interrupted in " + command.argv(), interrupted);
        }
    }

    private Ended execute(Command command) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Path stdout = output.resolve("out");
        Path stderr = output.resolve("err");
        var builder = new ProcessBuilder(command.argv())
                .directory(workspace.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile());
        builder.environment().put("HOME", output.toString());
        builder.environment().putAll(command.environment());
        Process process = builder.start();
        boolean timedOut = false;
        try {
            timedOut = !process.waitFor(command.limit().toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            var children = process.descendants().toList();
            process.destroyForcibly().waitFor();
            children.forEach(ProcessHandle::destroyForcibly);
        }
        var took = Duration.ofNanos(System.nanoTime() - start);
        return new Ended(process.exitValue(), Files.readString(stdout), Files.readString(stderr), timedOut, took);
    }

    @Override
    public void close() {
        closed = true;
    }
}
