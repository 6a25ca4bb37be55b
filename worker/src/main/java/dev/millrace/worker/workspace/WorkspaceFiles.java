package dev.millrace.worker.workspace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.millrace.worker.sandbox.FileStatus;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SystemCallFailed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import org.eclipse.jgit.util.TemporaryBuffer;
import org.jspecify.annotations.Nullable;

/** The files of a workspace as one listing has them, and their content, within bounds. All of it is hostile. */
final class WorkspaceFiles {
    private static final int ENOENT = 2;
    private static final int ENOTDIR = 20;
    private static final int IN_MEMORY = 1 << 20;

    private final Sandbox sandbox;
    private final Map<RawPath, FileStatus> all;
    private long mayBeRead = Workspace.MOST_READ;

    WorkspaceFiles(Sandbox sandbox) throws SystemCallFailed {
        this.sandbox = sandbox;
        all = Base.listing(sandbox);
    }

    Map<RawPath, FileStatus> all() {
        return all;
    }

    @Nullable
    FileStatus regular(RawPath path) {
        FileStatus status = all.get(path);
        return status != null && status.isFile() ? status : null;
    }

    /** Content that lies on this side; destroy it. Null if the file was removed since it was listed. */
    @Nullable
    TemporaryBuffer content(RawPath path, FileStatus status) throws IOException {
        if (status.size() > Workspace.LARGEST_FILE) {
            throw new ChangeRefused(new Change.TooLarge(Workspace.LARGEST_FILE));
        }
        if (status.size() > mayBeRead) {
            throw new ChangeRefused(new Change.TooLarge(Workspace.MOST_READ));
        }
        mayBeRead -= status.size();
        var content = new TemporaryBuffer.LocalFile(null, IN_MEMORY);
        try (InputStream in = open(path)) {
            copy(in, status.size(), content);
            content.close();
            return content;
        } catch (SystemCallFailed failed) {
            content.destroy();
            if (failed.errno() == ENOENT || failed.errno() == ENOTDIR) {
                return null;
            }
            throw new ChangeRefused("'%s' cannot be read: %s".formatted(path.shown(), failed.getMessage()));
        } catch (IOException | RuntimeException failed) {
            content.destroy();
            throw failed;
        }
    }

    private InputStream open(RawPath path) throws SystemCallFailed {
        byte[] start = (Sandbox.WORKSPACE + "/").getBytes(US_ASCII);
        byte[] bytes = path.bytes();
        return sandbox.read(ByteBuffer.allocate(start.length + bytes.length)
                .put(start)
                .put(bytes)
                .array());
    }

    /** What was added since the listing is left. */
    private static void copy(InputStream in, long length, TemporaryBuffer to) throws IOException {
        var buffer = new byte[1 << 16];
        long left = length;
        while (left > 0) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                return;
            }
            to.write(buffer, 0, count);
            left -= count;
        }
    }

    /** Content of a file of rules; null where there is no such regular file. */
    byte @Nullable [] rules(RawPath path) throws IOException {
        FileStatus status = regular(path);
        if (status == null) {
            return null;
        }
        if (status.size() > Workspace.LARGEST_RULES) {
            throw new ChangeRefused("'%s' is larger than %d bytes".formatted(path.shown(), Workspace.LARGEST_RULES));
        }
        TemporaryBuffer content = content(path, status);
        if (content == null) {
            return null;
        }
        try {
            return content.toByteArray();
        } finally {
            content.destroy();
        }
    }
}
