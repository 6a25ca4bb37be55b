package dev.millrace.worker.sandbox.docker;

import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import dev.millrace.worker.sandbox.tether.Exit;
import dev.millrace.worker.sandbox.tether.RemoteProcess;
import dev.millrace.worker.sandbox.tether.Run;
import dev.millrace.worker.sandbox.tether.Tether;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One command, from its start to how it ended. Used once. */
final class Execution {
    /** How long a program that was asked to end may take before it is killed. */
    private static final Duration GRACE = Duration.ofSeconds(5);
    /** What its output may take on its way here after that; only who does not take it makes that long. */
    private static final Duration DELIVERY = Duration.ofSeconds(10);

    private static final int ENOENT = 2;
    private static final int CANNOT_START = 126;
    private static final int NOT_FOUND = 127;
    private static final int KILLED = 137;
    private static final int BROKEN_PIPE = 141;

    private final Tether tether;
    private final Limits limits;
    private final Command command;
    private final HeadAndTail stderr;
    private volatile @Nullable IOException sourceFailed;
    private volatile boolean sinkFailed;

    Execution(Tether tether, Limits limits, Command command, int outputKept) {
        this.tether = tether;
        this.limits = limits;
        this.command = command;
        stderr = new HeadAndTail(outputKept);
    }

    /** Keeps its output. */
    Ended keeping(HeadAndTail stdout) {
        return run(null, stdout, stdout);
    }

    /** Hands its output on. */
    Ended piping(InputStream stdin, OutputStream stdout) {
        return run(stdin, stdout, new HeadAndTail(2));
    }

    private Ended run(@Nullable InputStream stdin, OutputStream stdout, HeadAndTail kept) {
        long started = System.nanoTime();
        try (var process = tether.start(request(stdin != null))) {
            var out = pump("out", () -> give(process.stdout(), stdout, process));
            var err = pump("err", () -> process.stderr().transferTo(stderr));
            var in = stdin == null ? null : pump("in", () -> feed(stdin, process));
            try {
                Optional<Exit> ended = process.await(command.limit().plus(GRACE).plus(DELIVERY));
                if (ended.isPresent()) {
                    out.join();
                    err.join();
                }
                return ended.isPresent() ? ended(ended.get(), kept) : undelivered(started, kept);
            } finally {
                if (in != null && in.isAlive()) {
                    in.interrupt();
                }
            }
        } catch (SystemCallFailed failed) {
            return notRun(failed, Duration.ofNanos(System.nanoTime() - started));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SandboxUnavailable("interrupted while waiting for '%s'".formatted(program()), interrupted);
        }
    }

    private Run request(boolean input) {
        return new Run(command.argv(), command.environment(), command.directory(), command.limit(), GRACE, input);
    }

    /** What moves one of the three streams; its end is that of the stream. */
    private interface Pump {
        void move() throws IOException;
    }

    private Thread pump(String name, Pump pump) {
        return Thread.ofVirtual().name("command-" + name).start(() -> {
            try {
                pump.move();
            } catch (IOException | SandboxUnavailable _) {
                // Whoever waits for the command is told how it ended.
            }
        });
    }

    private void give(InputStream from, OutputStream sink, RemoteProcess process) throws IOException {
        byte[] some = new byte[16 * 1024];
        for (int count = from.read(some); count >= 0; count = from.read(some)) {
            try {
                sink.write(some, 0, count);
            } catch (IOException | RuntimeException _) {
                sinkFailed = true;
                process.kill();
                return;
            }
        }
    }

    private void feed(InputStream source, RemoteProcess process) throws IOException {
        byte[] some = new byte[16 * 1024];
        for (int count = next(source, some, process); count >= 0; count = next(source, some, process)) {
            process.stdin().write(some, 0, count);
        }
        process.stdin().close();
    }

    private int next(InputStream source, byte[] some, RemoteProcess process) throws IOException {
        try {
            return source.read(some);
        } catch (IOException | RuntimeException unreadable) {
            sourceFailed = unreadable instanceof IOException io ? io : new IOException(unreadable);
            process.kill();
            throw new IOException(unreadable);
        }
    }

    private Ended ended(Exit exit, HeadAndTail stdout) {
        String said = stderr.toString();
        return new Ended(
                exit.shellCode(),
                stdout.toString(),
                said,
                exit.limit(),
                exit.wall(),
                limits.after(exit, command.limit(), said, stdout.leftOut() + stderr.leftOut()));
    }

    /** It is long over its limit, and somebody here does not take what it said. */
    private Ended undelivered(long started, HeadAndTail stdout) {
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        return new Ended(KILLED, stdout.toString(), stderr.toString(), true, took);
    }

    private Ended notRun(SystemCallFailed failed, Duration took) {
        IOException unreadable = sourceFailed;
        if (unreadable != null) {
            throw new UncheckedIOException("the input of '%s' could not be read".formatted(program()), unreadable);
        }
        if (sinkFailed) {
            return new Ended(BROKEN_PIPE, "", stderr.toString(), false, took);
        }
        int code = failed.errno() == ENOENT ? NOT_FOUND : CANNOT_START;
        return new Ended(code, "", String.valueOf(failed.getMessage()), false, took, limits.refused());
    }

    private String program() {
        return command.argv().getFirst();
    }
}
