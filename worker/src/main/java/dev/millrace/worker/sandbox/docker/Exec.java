package dev.millrace.worker.sandbox.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.DockerException;
import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One command in a running container, from its start to how it ended. */
final class Exec {
    /** What the engine and the clean-up inside may take beyond the command's own limit. */
    private static final Duration GRACE = Duration.ofSeconds(10);
    /** How long a program that was asked to end may take before it is killed. */
    private static final int KILL_AFTER = 5;

    private static final int CANNOT_START = 126;
    private static final int TIMED_OUT = 124;
    private static final int KILLED = 137;
    private static final int BROKEN_PIPE = 141;

    private final Engine engine;
    private final String container;
    private final Command command;
    private final Leftovers leftovers;
    private final HeadAndTail stderr;
    private final long limitSeconds;

    Exec(Engine engine, String container, Command command, int outputKept) {
        this.engine = engine;
        this.container = container;
        this.command = command;
        leftovers = new Leftovers(engine, container);
        stderr = new HeadAndTail(outputKept);
        limitSeconds = Math.max(1, command.limit().plusMillis(999).toSeconds());
    }

    /** @param output read once the command is over */
    Ended run(@Nullable InputStream stdin, OutputStream stdout, Supplier<String> output) {
        String id = create(stdin != null);
        long started = System.nanoTime();
        var stream = new ExecStream(stdout, stderr);
        ExecInput input = stdin == null ? null : new ExecInput(stdin, stream::abort);
        int code;
        try {
            code = exitCode(id, stream, input);
        } catch (InterruptedException interrupted) {
            stream.abort();
            Thread.currentThread().interrupt();
            throw new SandboxUnavailable("interrupted while waiting for '%s'".formatted(program()), interrupted);
        } finally {
            if (input != null) {
                input.end();
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        IOException unreadable = input == null ? null : input.failure();
        if (unreadable != null) {
            throw new UncheckedIOException("the input of '%s' could not be read".formatted(program()), unreadable);
        }
        boolean timedOut = (code == TIMED_OUT || code == KILLED) && took.toSeconds() >= limitSeconds;
        if (timedOut || code == KILLED) {
            leftovers.settle(timedOut);
        }
        return new Ended(code, output.get(), stderr.toString(), timedOut, took);
    }

    private String create(boolean withInput) {
        return engine.ask(
                "run a command in a sandbox",
                docker -> docker.execCreateCmd(container)
                        .withAttachStdin(withInput)
                        .withAttachStdout(true)
                        .withAttachStderr(true)
                        .withTty(false)
                        .withWorkingDir(command.directory())
                        .withEnv(environment())
                        .withCmd(argv().toArray(String[]::new))
                        .exec()
                        .getId());
    }

    /** Killing the exec's client leaves the program running, so that its limit has to hold inside. */
    private List<String> argv() {
        var argv = new ArrayList<>(List.of("timeout", "-k", Integer.toString(KILL_AFTER), Long.toString(limitSeconds)));
        argv.addAll(command.argv());
        return argv;
    }

    private List<String> environment() {
        var environment = new ArrayList<String>();
        command.environment().forEach((name, value) -> environment.add(name + "=" + value));
        environment.add(leftovers.mark());
        return environment;
    }

    private int exitCode(String id, ExecStream stream, @Nullable ExecInput input) throws InterruptedException {
        var start = engine.streaming().execStartCmd(id).withDetach(false).withTty(false);
        if (input != null) {
            start.withStdIn(input);
        }
        long deadline = System.nanoTime()
                + Duration.ofSeconds(limitSeconds + KILL_AFTER).plus(GRACE).toNanos();
        start.exec(stream);
        boolean ended = stream.await(Duration.ofNanos(deadline - System.nanoTime()));
        if (stream.sinkFailed() || (input != null && input.failure() != null)) {
            leftovers.kill();
            return BROKEN_PIPE;
        }
        if (!ended) {
            stream.abort();
            leftovers.kill();
            return KILLED;
        }
        Throwable failure = stream.failure();
        if (failure != null) {
            return notStarted(failure);
        }
        return inspected(id, deadline);
    }

    /** The engine refuses to start a command for which the container has no room left: that is the agent's doing. */
    private int notStarted(Throwable failure) {
        if (failure instanceof DockerException refused && leftovers.containerRuns()) {
            byte[] why = String.valueOf(refused.getMessage()).getBytes(StandardCharsets.UTF_8);
            stderr.write(why, 0, why.length);
            return CANNOT_START;
        }
        throw engine.unavailable("run '%s'".formatted(program()), failure);
    }

    /** The streams can end a moment before the program does, or long before if it closed them. */
    private int inspected(String id, long deadline) throws InterruptedException {
        for (long pause = 1; ; pause = Math.min(pause * 2, 250)) {
            InspectExecResponse exec = engine.ask("look at a command", docker -> inspect(docker, id));
            Long code = exec.getExitCodeLong();
            if (!Boolean.TRUE.equals(exec.isRunning()) && code != null) {
                return code.intValue();
            }
            if (System.nanoTime() >= deadline) {
                leftovers.kill();
                return KILLED;
            }
            Thread.sleep(pause);
        }
    }

    private static InspectExecResponse inspect(DockerClient docker, String id) {
        return docker.inspectExecCmd(id).exec();
    }

    private String program() {
        return command.argv().getFirst();
    }
}
