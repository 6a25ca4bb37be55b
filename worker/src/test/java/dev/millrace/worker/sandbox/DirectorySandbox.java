package dev.millrace.worker.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A directory of this machine as a sandbox's file system, with real files, links, times and inodes. Commands run on this
 * machine, in that directory: no sandbox at all.
 */
public class DirectorySandbox extends CommandsOnly {
    private static final int ENOENT = 2;
    private static final int EIO = 5;
    private static final int E2BIG = 7;
    private static final int EACCES = 13;
    private static final int EINVAL = 22;

    private final Path root;
    private volatile boolean closed;

    /** @param root gets {@code workspace} */
    public DirectorySandbox(Path root) throws IOException {
        this.root = root.toAbsolutePath();
        Files.createDirectories(root.resolve("workspace"));
        Files.createDirectories(root.resolve("home"));
    }

    /** Where a path of the sandbox is on this machine. */
    public Path on(String path) {
        return root.resolve(path.substring(1));
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public Ended run(Command command) {
        refuseWhenClosed();
        try {
            Path output = Files.createTempFile(root, "out", "");
            Path error = Files.createTempFile(root, "err", "");
            var builder = new ProcessBuilder(command.argv())
                    .directory(on(command.directory()).toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(error.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
            builder.environment().putAll(Map.of("HOME", on("/home").toString(), "GIT_CONFIG_NOSYSTEM", "1"));
            builder.environment().putAll(command.environment());
            Process process = builder.start();
            boolean timedOut = !process.waitFor(command.limit().toMillis(), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            return new Ended(
                    process.exitValue(), Files.readString(output), Files.readString(error), timedOut, Duration.ZERO);
        } catch (IOException failed) {
            throw new SandboxUnavailable("cannot run " + command.argv(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SandboxUnavailable("interrupted in " + command.argv(), interrupted);
        }
    }

    @Override
    public InputStream read(byte[] path) throws SystemCallFailed {
        refuseWhenClosed();
        String name = new String(path, UTF_8);
        try {
            FileStatus status = status(on(name));
            if (status.isLink()) {
                return new ByteArrayInputStream(
                        Files.readSymbolicLink(on(name)).toString().getBytes(UTF_8));
            }
            if (!status.isFile()) {
                throw new SystemCallFailed(EINVAL, name + ": Invalid argument");
            }
            // The tests may run as root, who can read anything.
            if ((status.mode() & 0400) == 0) {
                throw new AccessDeniedException(name);
            }
            return Files.newInputStream(on(name));
        } catch (IOException failed) {
            throw failed(name, failed);
        }
    }

    @Override
    public FileStatus stat(String path) throws SystemCallFailed {
        refuseWhenClosed();
        try {
            return status(on(path));
        } catch (IOException failed) {
            throw failed(path, failed);
        }
    }

    @Override
    public FileSystemSpace space(String path) throws SystemCallFailed {
        refuseWhenClosed();
        try {
            var store = Files.getFileStore(on(path));
            return new FileSystemSpace(store.getTotalSpace(), store.getUsableSpace(), 1000, 1000);
        } catch (IOException failed) {
            throw failed(path, failed);
        }
    }

    @Override
    public void list(String directory, Set<String> without, long most, Consumer<FileEntry> each)
            throws SystemCallFailed {
        refuseWhenClosed();
        Path top = on(directory);
        try {
            Files.walkFileTree(top, new SimpleFileVisitor<>() {
                private long count;

                @Override
                public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                    if (path.equals(top)) {
                        return FileVisitResult.CONTINUE;
                    }
                    if (without.contains(path.getFileName().toString())) {
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                    return visitFile(path, attributes);
                }

                @Override
                public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                    if (!without.contains(path.getFileName().toString())) {
                        if (++count > most) {
                            throw new SystemCallFailed(E2BIG, "more than " + most + " entries");
                        }
                        each.accept(
                                new FileEntry(top.relativize(path).toString().getBytes(UTF_8), status(path)));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException failed) {
            throw failed(directory, failed);
        }
    }

    @Override
    public Unpacking unpack(String directory) {
        refuseWhenClosed();
        return new Tree(on(directory));
    }

    private static FileStatus status(Path path) throws IOException {
        Map<String, Object> all = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
        return new FileStatus(
                value(all, "mode", Integer.class),
                value(all, "size", Long.class),
                value(all, "ino", Long.class),
                value(all, "nlink", Integer.class),
                value(all, "lastModifiedTime", FileTime.class).toInstant(),
                value(all, "ctime", FileTime.class).toInstant());
    }

    private static <T> T value(Map<String, Object> all, String name, Class<T> type) {
        return type.cast(Objects.requireNonNull(all.get(name), name));
    }

    private static SystemCallFailed failed(String path, IOException why) {
        return switch (why) {
            case SystemCallFailed known -> known;
            case NoSuchFileException _ -> new SystemCallFailed(ENOENT, path + ": No such file or directory");
            case AccessDeniedException _ -> new SystemCallFailed(EACCES, path + ": Permission denied");
            default -> new SystemCallFailed(EIO, path + ": " + why);
        };
    }

    private void refuseWhenClosed() {
        if (closed) {
            throw new IllegalStateException("this sandbox was closed");
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Writes at once, and refuses what a tether refuses. */
    private static final class Tree implements Unpacking {
        private final Path top;

        Tree(Path top) {
            this.top = top;
        }

        @Override
        public void directory(byte[] path, int mode, Instant modified) throws IOException {
            Path directory = Files.createDirectories(at(path));
            finish(directory, mode, modified);
        }

        @Override
        public void file(byte[] path, int mode, Instant modified, long size, InputStream content) throws IOException {
            Path file = at(path);
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(file);
            try (OutputStream out = Files.newOutputStream(file)) {
                var buffer = new byte[1 << 16];
                for (long left = size; left > 0; ) {
                    int count = content.read(buffer, 0, (int) Math.min(left, buffer.length));
                    if (count < 0) {
                        throw new IOException("content ended " + left + " bytes before its size");
                    }
                    out.write(buffer, 0, count);
                    left -= count;
                }
            }
            finish(file, mode, modified);
        }

        @Override
        public void link(byte[] path, Instant modified, byte[] target) throws IOException {
            Path link = at(path);
            Files.createDirectories(link.getParent());
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, Path.of(new String(target, UTF_8)));
            FileTime time = FileTime.from(modified);
            Files.getFileAttributeView(link, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setTimes(time, null, null);
        }

        private Path at(byte[] path) throws SystemCallFailed {
            String name = new String(path, UTF_8);
            for (String part : name.split("/", -1)) {
                if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                    throw new SystemCallFailed(EINVAL, name + ": Invalid argument");
                }
            }
            return top.resolve(name);
        }

        private static void finish(Path path, int mode, Instant modified) throws IOException {
            Files.setAttribute(path, "unix:mode", mode);
            Files.setLastModifiedTime(path, FileTime.from(modified));
        }

        @Override
        public void finish() {
            // all is there
        }

        @Override
        public void close() {
            // all is there
        }
    }
}
