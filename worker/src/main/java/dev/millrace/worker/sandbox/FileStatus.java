package dev.millrace.worker.sandbox;

import java.time.Instant;

/**
 * What a path in the sandbox is; of a symbolic link, the link.
 *
 * @param mode as in {@code st_mode}: type and permissions
 * @param modified last change of the content
 * @param changed last change of anything ({@code ctime}), which no process in a sandbox can set
 */
public record FileStatus(int mode, long size, long inode, long links, Instant modified, Instant changed) {
    private static final int TYPE = 0170000;

    public boolean isFile() {
        return (mode & TYPE) == 0100000;
    }

    public boolean isDirectory() {
        return (mode & TYPE) == 0040000;
    }

    public boolean isLink() {
        return (mode & TYPE) == 0120000;
    }
}
