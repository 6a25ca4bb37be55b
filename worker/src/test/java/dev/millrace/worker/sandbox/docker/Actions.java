package dev.millrace.worker.sandbox.docker;

import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import dev.millrace.worker.sandbox.scenario.Action;
import dev.millrace.worker.sandbox.scenario.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Supplier;

/** Does in one sandbox what scenarios say. */
final class Actions {
    private static final int MODE = 0644;
    private static final int MOST_READ = 1 << 20;
    private static final String PRELUDE = prelude();

    private final Sandbox sandbox;
    private final Duration limit;
    private final Supplier<String> inspected;
    private final long started = System.nanoTime();

    /** @param inspected what the engine tells of the container */
    Actions(Sandbox sandbox, Duration limit, Supplier<String> inspected) {
        this.sandbox = sandbox;
        this.limit = limit;
        this.inspected = inspected;
    }

    Outcome take(Action action) {
        try {
            return switch (action) {
                case Action.Shell shell -> run("sh", "-c", shell.script());
                case Action.Python python -> run("python3", "-c", PRELUDE + python.script());
                case Action.Write write -> {
                    sandbox.write(write.path(), MODE, stream(write.content()));
                    yield done("");
                }
                case Action.Unpack unpack -> unpack(unpack);
                case Action.Read read -> read(read);
                case Action.Listing listing -> list(listing);
                case Action.Inspect _ -> done(inspected.get());
            };
        } catch (SystemCallFailed refused) {
            return Outcome.of(false, Errno.name(refused.errno()), took());
        } catch (IOException failed) {
            throw new UncheckedIOException("the worker's own side failed", failed);
        } catch (SandboxUnavailable died) {
            return Outcome.died(String.valueOf(died.getMessage()), took());
        }
    }

    private Outcome run(String... argv) {
        var ended = sandbox.run(new Command(List.of(argv), Map.of(), Sandbox.WORKSPACE, limit));
        var limits = new HashSet<>(Outcome.kinds(ended.limits()));
        limits.addAll(Outcome.kinds(sandbox.limitsReached()));
        return new Outcome(ended.exitCode(), ended.output(), ended.timedOut(), false, limits, took());
    }

    private Outcome unpack(Action.Unpack unpack) throws IOException {
        try (var tree = sandbox.unpack(unpack.directory())) {
            for (Action.Entry entry : unpack.entries()) {
                byte[] path = bytes(entry.path());
                byte[] content = bytes(entry.content());
                switch (entry.kind()) {
                    case FILE -> tree.file(path, MODE, Instant.EPOCH, content.length, stream(entry.content()));
                    case DIRECTORY -> tree.directory(path, 0755, Instant.EPOCH);
                    case LINK -> tree.link(path, Instant.EPOCH, content);
                }
            }
            tree.finish();
            return done("");
        }
    }

    private Outcome read(Action.Read read) throws IOException {
        try (InputStream content = sandbox.read(bytes(read.path()))) {
            return done(new String(content.readNBytes(MOST_READ), StandardCharsets.UTF_8));
        }
    }

    private Outcome list(Action.Listing listing) throws IOException {
        var paths = new StringJoiner("\n");
        sandbox.list(
                listing.directory(),
                Set.of(),
                listing.most(),
                entry -> paths.add(new String(entry.path(), StandardCharsets.UTF_8)));
        return done(paths.toString());
    }

    private Outcome done(String output) {
        return Outcome.of(true, output, took());
    }

    private Duration took() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(bytes(text));
    }

    private static String prelude() {
        try (InputStream file = Objects.requireNonNull(
                Actions.class.getResourceAsStream("/dev/millrace/worker/sandbox/scenarios/prelude.py"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8) + "\n";
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read the prelude", unreadable);
        }
    }
}
