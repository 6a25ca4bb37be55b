package dev.millrace.worker.workspace;

import dev.millrace.schemas.id.RepoId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bare mirrors of one worker, one directory each, within a bound: those that nobody uses go, the one that was used
 * longest ago first. Thread-safe.
 */
final class Mirrors implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Mirrors.class);
    private static final String GONE = ".gone-";
    private static final String NEW = ".new-";

    private final CacheSlot slot;
    private final long bound;
    private final Map<String, Mirror> used = new HashMap<>();

    /**
     * Takes a place in the cache, and removes what a crash left there.
     *
     * @param bound of all mirrors, in bytes; those in use may go beyond it
     */
    Mirrors(Path cache, long bound) {
        this.bound = bound;
        try {
            slot = CacheSlot.take(cache);
            for (Path directory : directories(slot.directory())) {
                if (isLeftover(directory)) {
                    Directories.remove(directory);
                } else {
                    directories(directory).stream().filter(Mirrors::isLeftover).forEach(Directories::remove);
                }
            }
        } catch (IOException unusable) {
            throw new UncheckedIOException(
                    "%scache: %s cannot be used".formatted(WorkspaceProperties.PREFIX, cache), unusable);
        }
    }

    private static boolean isLeftover(Path directory) {
        String name = directory.getFileName().toString();
        return name.startsWith(NEW) || name.startsWith(GONE);
    }

    /** The mirror of a repository, which is not removed before it is given back as often as it was asked for. */
    synchronized Mirror use(RepoId repo) {
        Mirror mirror = used.computeIfAbsent(
                repo.key(), key -> new Mirror(key, slot.directory().resolve(key + ".git")));
        mirror.enter();
        return mirror;
    }

    /**
     * Gives it back.
     *
     * @param damaged whether it is to be got anew
     * @param packing the longest that packing it anew may take
     */
    void release(Mirror mirror, boolean damaged, Duration packing) {
        boolean pack = false;
        synchronized (this) {
            mirror.suspect(damaged);
            pack = mirror.isOfOne() && !mirror.isSuspect() && mirror.isInPieces();
        }
        if (pack) {
            // Who asks for it now waits for it, as for a fetch.
            mirror.pack(packing);
        }
        Path gone = null;
        synchronized (this) {
            if (mirror.leave()) {
                used.remove(mirror.key());
                gone = mirror.isSuspect() ? putAside(mirror.directory()) : null;
            }
        }
        if (gone != null) {
            LOG.warn("the mirror {} is damaged and was removed", mirror.directory());
            Directories.remove(gone);
        }
        trim();
    }

    /** Removes a mirror that seems damaged; false if somebody else uses it. */
    boolean discard(Mirror mirror) {
        Path gone;
        synchronized (this) {
            if (!mirror.isOfOne()) {
                return false;
            }
            gone = putAside(mirror.directory());
        }
        if (gone != null) {
            Directories.remove(gone);
        }
        return true;
    }

    /** Opens a mirror, creating an empty one the first time; one that appears is always whole. */
    Repository open(Mirror mirror) throws IOException {
        Path directory = mirror.directory();
        if (!Files.isDirectory(directory)) {
            create(directory);
        }
        Files.setLastModifiedTime(directory, FileTime.from(Instant.now()));
        return repository(directory, true);
    }

    private static void create(Path mirror) throws IOException {
        Path parent = mirror.resolveSibling(".");
        Files.createDirectories(parent);
        Path half = Files.createTempDirectory(parent, NEW);
        try (Repository repository = repository(half, false)) {
            repository.create(true);
            var config = repository.getConfig();
            // A redirect could send the token elsewhere.
            config.setString("http", null, "followRedirects", "false");
            // It is packed when nobody uses it, not by a thread of JGit's after a fetch.
            config.setInt("gc", null, "auto", 0);
            config.setInt("gc", null, "autoPackLimit", 0);
            config.setBoolean("gc", null, "autoDetach", false);
            config.save();
        }
        Files.move(half, mirror, StandardCopyOption.ATOMIC_MOVE);
    }

    static Repository repository(Path directory, boolean mustExist) throws IOException {
        return new FileRepositoryBuilder()
                .setGitDir(directory.toFile())
                .setBare()
                .setMustExist(mustExist)
                .build();
    }

    private record Kept(String key, Path directory, long size, FileTime used) {}

    private void trim() {
        try {
            List<Kept> all = kept();
            long total = all.stream().mapToLong(Kept::size).sum();
            for (Kept oldest : all) {
                if (total <= bound) {
                    return;
                }
                Path gone;
                synchronized (this) {
                    gone = used.containsKey(oldest.key()) ? null : putAside(oldest.directory());
                }
                if (gone != null) {
                    Directories.remove(gone);
                    total -= oldest.size();
                    LOG.info("removed the mirror of {}: the cache is full", oldest.key());
                }
            }
        } catch (IOException | UncheckedIOException unreadable) {
            LOG.warn("the size of the mirrors in {} cannot be told", slot.directory(), unreadable);
        }
    }

    /** The one that was used longest ago first. */
    private List<Kept> kept() throws IOException {
        var all = new ArrayList<Kept>();
        for (Path owner : directories(slot.directory())) {
            if (owner.getFileName().toString().startsWith(".")) {
                continue;
            }
            for (Path mirror : directories(owner)) {
                String name = mirror.getFileName().toString();
                if (name.endsWith(".git")) {
                    String key = owner.getFileName() + "/" + name.substring(0, name.length() - ".git".length());
                    all.add(new Kept(key, mirror, Mirror.size(mirror), Files.getLastModifiedTime(mirror)));
                }
            }
        }
        all.sort(Comparator.comparing(Kept::used));
        return all;
    }

    private static List<Path> directories(Path parent) throws IOException {
        try (var all = Files.list(parent)) {
            return all.filter(Files::isDirectory).toList();
        }
    }

    /** Where it can be removed at leisure; null if that is not possible. */
    private @Nullable Path putAside(Path mirror) {
        Path gone = slot.directory().resolve(GONE + UUID.randomUUID());
        try {
            return Files.move(mirror, gone, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException stays) {
            LOG.warn("could not remove the mirror {}", mirror, stays);
            return null;
        }
    }

    int inUse() {
        synchronized (this) {
            return used.size();
        }
    }

    /** Lets another worker have the cache. */
    @Override
    public void close() {
        try {
            slot.close();
        } catch (IOException stays) {
            LOG.warn("could not let go of {}", slot.directory(), stays);
        }
    }
}
