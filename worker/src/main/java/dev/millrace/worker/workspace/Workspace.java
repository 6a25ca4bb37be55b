package dev.millrace.worker.workspace;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.sandbox.Command;
import dev.millrace.worker.sandbox.Ended;
import dev.millrace.worker.sandbox.Sandbox;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The repository inside one sandbox. The base's objects lie apart from what the agent works on, so that whatever it does
 * to {@code .git} of its workspace, the files count. For one thread at a time, like its sandbox.
 */
public final class Workspace {
    /** The most that a changeset's pack may hold, in bytes. */
    public static final int PACK_LIMIT = 16 << 20;

    private static final String IN = script("in.sh");
    private static final String OUT = script("out.sh");

    private final Sandbox sandbox;
    private final Checkout checkout;
    private final Duration limit;

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
     * @throws RepositoryRefused if the sandbox cannot take it, for lack of space or of git
     * @throws dev.millrace.worker.sandbox.SandboxUnavailable if the sandbox failed
     */
    public void in() {
        try (var spool = new Spool(checkout)) {
            var shallow = new StringBuilder();
            checkout.shallow().forEach(commit -> shallow.append(commit).append('\n'));
            shallow.append('\n');
            Ended ended;
            try (var pack = spool.read()) {
                ended = sandbox.pipe(
                        git(IN, checkout.baseCommit(), checkout.baseBranch()),
                        new SequenceInputStream(
                                new ByteArrayInputStream(shallow.toString().getBytes(US_ASCII)), pack),
                        OutputStream.nullOutputStream());
            }
            if (!ended.succeeded()) {
                throw new RepositoryRefused("the sandbox did not take commit %s (%s): %s"
                        .formatted(
                                checkout.baseCommit(),
                                ended.timedOut() ? "in " + limit : "exit code " + ended.exitCode(),
                                ended.stderr().strip()));
            }
        } catch (IOException | UncheckedIOException unreadable) {
            throw new RepositoryUnavailable(
                    "the objects of commit %s cannot be read: %s"
                            .formatted(checkout.baseCommit(), unreadable.getMessage()),
                    unreadable);
        }
    }

    /**
     * Takes out what the files are now, against the base: those that the repository's {@code .gitignore} does not name.
     * The workspace stays as it is; this may be done again.
     *
     * @throws dev.millrace.worker.sandbox.SandboxUnavailable if the sandbox failed
     */
    public Change out() {
        var reader = new ChangeReader(PACK_LIMIT);
        Ended ended = sandbox.pipe(git(OUT, checkout.baseCommit()), InputStream.nullInputStream(), reader);
        return reader.change(checkout.baseCommit(), ended);
    }

    private Command git(String script, String... arguments) {
        var argv = new ArrayList<>(List.of("sh", "-c", script, "millrace"));
        argv.addAll(List.of(arguments));
        return new Command(argv, Map.of(), Sandbox.WORKSPACE, limit);
    }

    private static String script(String name) {
        try (InputStream resource = Workspace.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException("the worker was built without " + name);
            }
            return new String(resource.readAllBytes(), UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The pack on its way, in a file: a repository may be larger than the heap. */
    private static final class Spool implements AutoCloseable {
        private final Path file = Files.createTempFile("millrace-base-", ".pack");

        Spool(Checkout checkout) throws IOException {
            try (OutputStream pack = Files.newOutputStream(file)) {
                checkout.writePack(pack);
            } catch (IOException | RuntimeException failed) {
                close();
                throw failed;
            }
        }

        InputStream read() throws IOException {
            return new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(file);
        }
    }
}
