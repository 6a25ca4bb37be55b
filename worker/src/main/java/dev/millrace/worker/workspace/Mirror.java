package dev.millrace.worker.workspace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.GC;
import org.eclipse.jgit.storage.pack.PackConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One mirror in use. Who uses it is counted by {@link Mirrors}, under its lock; fetching is for one at a time. */
final class Mirror {
    private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);

    /** More packs than this are made one: each fetch brings one, and each is searched for every object. */
    private static final int MOST_PACKS = 20;

    private final String key;
    private final Path directory;
    private final ReentrantLock fetching = new ReentrantLock();
    private int users;
    private boolean suspect;

    Mirror(String key, Path directory) {
        this.key = key;
        this.directory = directory;
    }

    String key() {
        return key;
    }

    Path directory() {
        return directory;
    }

    void enter() {
        users++;
    }

    /** Whether nobody uses it any more. */
    boolean leave() {
        return --users == 0;
    }

    boolean isOfOne() {
        return users == 1;
    }

    void suspect(boolean damaged) {
        suspect |= damaged;
    }

    boolean isSuspect() {
        return suspect;
    }

    /** Waits until nobody else fetches it. */
    void lock(Duration limit) {
        try {
            if (!fetching.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new RepositoryUnavailable("%s was being fetched for longer than %s".formatted(key, limit));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RepositoryUnavailable("interrupted while waiting to fetch " + key, interrupted);
        }
    }

    void unlock() {
        fetching.unlock();
    }

    boolean isInPieces() {
        try (var packs = Files.newDirectoryStream(packs(directory), "*.pack")) {
            int count = 0;
            for (Path _ : packs) {
                count++;
            }
            return count > MOST_PACKS;
        } catch (IOException unreadable) {
            LOG.debug("the packs of {} cannot be counted", directory, unreadable);
            return false;
        }
    }

    /** Makes one pack of what its branches reach. Only while nobody else has it open. */
    void pack(Duration limit) {
        if (!fetching.tryLock()) {
            return; // somebody came
        }
        try (var repository = (FileRepository) Mirrors.repository(directory, true)) {
            var config = new PackConfig(repository);
            config.setDeltaCompress(false);
            config.setBuildBitmaps(false);
            config.setThreads(1);
            var gc = new GC(repository);
            gc.setPackConfig(config);
            gc.setExpireAgeMillis(0);
            gc.setPackExpireAgeMillis(0);
            gc.setProgressMonitor(new Deadline(limit));
            gc.gc().get();
        } catch (IOException | ParseException | GitAPIException | ExecutionException failed) {
            LOG.warn("could not pack the mirror {}; it is used as it is", directory, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            fetching.unlock();
        }
    }

    /** In bytes, as far as it matters: what its packs take. */
    static long size(Path directory) throws IOException {
        long size = 0;
        try (var files = Files.newDirectoryStream(packs(directory))) {
            for (Path file : files) {
                size += Files.size(file);
            }
        }
        return size;
    }

    private static Path packs(Path directory) {
        return directory.resolve("objects").resolve("pack");
    }
}
