package dev.millrace.worker.workspace;

import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.DepthWalk;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.pack.PackConfig;
import org.eclipse.jgit.treewalk.TreeWalk;

/** One commit of a repository on this machine, to work on. It is only read. For one thread at a time. */
public final class Checkout implements AutoCloseable {
    /** Larger objects are never held in memory as a whole, in bytes. */
    private static final int STREAMED = 8 << 20;

    private final Repository repository;
    private final ObjectId commit;
    private final String branch;
    private final int depth;
    private final Consumer<Boolean> release;
    private final ObjectId tree;
    private final Set<String> shallow;
    private boolean suspect;

    /**
     * The tip of a branch.
     *
     * @param repository closed with this checkout, if this constructor returns
     * @param branch without {@code refs/heads/}
     * @param depth how many commits of history the agent sees
     * @param release called when it is closed; true if the repository seems to be damaged
     * @throws IOException if the commit cannot be read
     */
    Checkout(Repository repository, AnyObjectId commit, String branch, int depth, Consumer<Boolean> release)
            throws IOException {
        this.repository = repository;
        this.commit = commit.copy();
        this.branch = branch;
        this.depth = depth;
        this.release = release;
        try (var walk = new RevWalk(repository)) {
            tree = walk.parseCommit(commit).getTree().copy();
        }
        shallow = Set.copyOf(boundary());
    }

    private Set<String> boundary() throws IOException {
        var boundary = new LinkedHashSet<String>();
        Set<ObjectId> alreadyShallow = repository.getObjectDatabase().getShallowCommits();
        try (var walk = new DepthWalk.RevWalk(repository, depth - 1)) {
            walk.markRoot(walk.parseCommit(commit));
            for (RevCommit reached : walk) {
                boolean last = ((DepthWalk.Commit) reached).getDepth() == depth - 1;
                if (alreadyShallow.contains(reached) || (last && reached.getParentCount() > 0)) {
                    boundary.add(reached.name());
                }
            }
        }
        return boundary;
    }

    /** Id of the commit, 40 hexadecimal digits. */
    public String baseCommit() {
        return commit.name();
    }

    /** The branch it is the tip of, without {@code refs/heads/}. */
    public String baseBranch() {
        return branch;
    }

    /** Ids of the commits whose parents are not in the pack: what git keeps in its {@code shallow} file. */
    Set<String> shallow() {
        return shallow;
    }

    ObjectId tree() {
        return tree;
    }

    /** When the commit was made, in seconds since 1970, as far as git's index can say it. */
    long seconds() throws IOException {
        try (var walk = new RevWalk(repository)) {
            long seconds = walk.parseCommit(commit)
                    .getCommitterIdent()
                    .getWhenAsInstant()
                    .getEpochSecond();
            return Math.clamp(seconds, 1, Integer.MAX_VALUE - 1);
        }
    }

    ObjectReader newReader() {
        ObjectReader reader = repository.newObjectReader();
        reader.setStreamFileThreshold(STREAMED);
        return reader;
    }

    /**
     * A regular file of the commit.
     *
     * @param limit in bytes
     * @return nothing if there is none
     * @throws RepositoryRefused if it is larger
     */
    Optional<byte[]> file(String path, int limit) throws IOException {
        Optional<byte[]> content = head(path, limit + 1);
        if (content.isPresent() && content.get().length > limit) {
            throw new RepositoryRefused("%s is larger than %d bytes".formatted(path, limit));
        }
        return content;
    }

    /**
     * The beginning of a regular file of the commit.
     *
     * @param most in bytes
     * @return nothing if there is none
     */
    Optional<byte[]> head(String path, int most) throws IOException {
        try (var reader = newReader();
                var walk = TreeWalk.forPath(reader, path, tree)) {
            if (walk == null || (walk.getRawMode(0) & FileMode.TYPE_MASK) != FileMode.TYPE_FILE) {
                return Optional.empty();
            }
            try (var content =
                    reader.open(walk.getObjectId(0), Constants.OBJ_BLOB).openStream()) {
                return Optional.of(content.readNBytes(most));
            }
        }
    }

    /**
     * Writes a self-contained git pack of the commit, its tree and as much of its history as configured.
     *
     * @param pack not closed
     * @param index gets the pack's index; not closed
     * @return the pack's name, for {@code pack-<name>.pack}
     */
    ObjectId writePack(OutputStream pack, OutputStream index) throws IOException {
        var config = new PackConfig();
        // The pack is read once, next door: time matters more than size.
        config.setDeltaCompress(false);
        config.setCompressionLevel(1);
        config.setBigFileThreshold(STREAMED);
        var monitor = NullProgressMonitor.INSTANCE;
        try (var reader = newReader();
                var walk = new DepthWalk.ObjectWalk(reader, depth - 1);
                var writer = new PackWriter(config, reader)) {
            writer.setShallowPack(depth, Set.of());
            writer.setUseBitmaps(false);
            writer.setDeltaBaseAsOffset(true);
            writer.setThin(false);
            writer.preparePack(monitor, walk, Set.of(commit), PackWriter.NONE, PackWriter.NONE);
            writer.writePack(monitor, monitor, pack);
            writer.writeIndex(index);
            return writer.computeName();
        }
    }

    /** Says that something of it could not be read: it should be got anew before it is used again. */
    void suspect() {
        suspect = true;
    }

    /** Lets go of the repository; never throws. */
    @Override
    public void close() {
        repository.close();
        release.accept(suspect);
    }
}
