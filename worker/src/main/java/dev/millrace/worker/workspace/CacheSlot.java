package dev.millrace.worker.workspace;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory below the cache that is this process's alone: the cache itself, or one beside it while another process has
 * that. What such another has left is removed.
 */
final class CacheSlot implements AutoCloseable {
    private static final int MOST = 1000;
    private static final String LOCK = ".lock";

    /** Since a process loses its lock by closing any other channel of the same file. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private CacheSlot(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /** Takes the first that is free. */
    static CacheSlot take(Path cache) throws IOException {
        CacheSlot taken = null;
        for (int number = 0; number < MOST; number++) {
            Path directory = number == 0
                    ? cache.toAbsolutePath()
                    : cache.toAbsolutePath().resolve(".worker-" + number);
            if (taken != null && !Files.isDirectory(directory)) {
                return taken;
            }
            CacheSlot free = tryTake(directory);
            if (free != null && taken == null) {
                taken = free;
            } else if (free != null) {
                free.empty();
                free.close();
            }
        }
        if (taken == null) {
            throw new IOException("%d workers use %s already".formatted(MOST, cache));
        }
        return taken;
    }

    private static @Nullable CacheSlot tryTake(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path real = directory.toRealPath();
        if (!HELD.add(real)) {
            return null;
        }
        FileChannel channel = FileChannel.open(real.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            HELD.remove(real);
            return null;
        }
        return new CacheSlot(real, channel);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    private void empty() throws IOException {
        List<Path> left;
        try (var all = Files.list(directory)) {
            left = all.filter(path -> !path.endsWith(LOCK)).toList();
        }
        left.forEach(Directories::remove);
    }

    Path directory() {
        return directory;
    }

    /** Lets the next worker have it, with what is in it. */
    @Override
    public void close() throws IOException {
        channel.close();
        HELD.remove(directory);
    }
}
