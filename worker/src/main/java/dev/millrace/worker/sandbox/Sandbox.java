package dev.millrace.worker.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One hardened container for one attempt, with no network and no secret in it. Thread-safe: commands, files and
 * connections go on side by side. Every method throws {@link SandboxUnavailable} if the container or the engine failed,
 * never for what the agent did. Interrupting a thread that waits in here ends the wait with that exception, the thread
 * stays interrupted, and what the thread had under way inside is ended.
 */
public interface Sandbox extends AutoCloseable {
    /** Where the repository lies inside. */
    String WORKSPACE = "/workspace";

    /** Runs a command and keeps the head and tail of its output. */
    Ended run(Command command);

    /**
     * Runs a command with bytes going in and coming out unchanged; standard error is kept in the result.
     *
     * @param stdin copied to the command until its end, which closes the command's standard input; not closed
     * @param stdout gets the command's output; not closed. An exception that it throws ends the command with exit code
     *     141, as a closed pipe does
     * @throws java.io.UncheckedIOException if {@code stdin} could not be read; the command was ended
     */
    Ended pipe(Command command, InputStream stdin, OutputStream stdout);

    /**
     * Makes or replaces a file, and the directories above it.
     *
     * @param path absolute, inside
     * @param mode permissions
     * @param content read to its end; not closed
     * @throws SystemCallFailed if the sandbox cannot have it, for lack of space perhaps
     * @throws IOException if {@code content} cannot be read
     */
    void write(String path, int mode, InputStream content) throws IOException;

    /**
     * The content of a regular file, as it is read; of a symbolic link, the path that it names. Close it.
     *
     * @param path absolute, inside; bytes as Linux has them, for {@link FileEntry} names
     */
    InputStream read(byte[] path) throws SystemCallFailed;

    /** What a path is; links are not followed in its last part. */
    FileStatus stat(String path) throws SystemCallFailed;

    /** Room on the file system of a path. */
    FileSystemSpace space(String path) throws SystemCallFailed;

    /**
     * All that is below a directory: a directory before what is in it, otherwise in no order.
     *
     * @param without names to leave out with all below them
     * @param most entries; one more fails with E2BIG (7)
     * @param each gets every entry, on the calling thread
     */
    void list(String directory, Set<String> without, long most, Consumer<FileEntry> each) throws SystemCallFailed;

    /** Begins to put a tree of files below a directory, which is made if it is not there. */
    Unpacking unpack(String directory) throws SystemCallFailed;

    /**
     * Opens a port on 127.0.0.1 inside, whose connections come out here.
     *
     * @param port 0 for any
     */
    Listener listen(int port) throws SystemCallFailed;

    /** The bounds that anything in here ran into so far, each once. */
    List<LimitReached> limitsReached();

    /** What its image lacks that agents may miss, in sentences for people. */
    default List<String> warnings() {
        return List.of();
    }

    /** Ends everything inside. Never throws, may be called twice, and works even if the sandbox died before. */
    @Override
    void close();
}
