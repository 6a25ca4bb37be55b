package dev.millrace.worker.workspace;

import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashSet;
import java.util.Set;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.DepthWalk;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.storage.pack.PackConfig;

/** A commit of a git repository on this machine, read with JGit; writes nothing there. */
final class GitCheckout implements Checkout {
    private final Repository repository;
    private final ObjectId commit;
    private final String branch;
    private final int depth;
    private final Set<String> shallow;

    /** @param repository closed with this checkout, if this constructor returns */
    GitCheckout(Repository repository, AnyObjectId commit, String branch, int depth) throws IOException {
        this.repository = repository;
        this.commit = commit.copy();
        this.branch = branch;
        this.depth = depth;
        this.shallow = Set.copyOf(boundary());
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

    @Override
    public String baseCommit() {
        return commit.name();
    }

    @Override
    public String baseBranch() {
        return branch;
    }

    @Override
    public Set<String> shallow() {
        return shallow;
    }

    @Override
    public void writePack(OutputStream pack) throws IOException {
        var config = new PackConfig();
        // The pack is read once, next door: time matters more than size.
        config.setDeltaCompress(false);
        config.setCompressionLevel(1);
        var monitor = NullProgressMonitor.INSTANCE;
        try (var reader = repository.newObjectReader();
                var walk = new DepthWalk.ObjectWalk(reader, depth - 1);
                var writer = new PackWriter(config, reader)) {
            writer.setShallowPack(depth, Set.of());
            writer.setUseBitmaps(false);
            writer.setDeltaBaseAsOffset(true);
            writer.setThin(false);
            writer.preparePack(monitor, walk, Set.of(commit), PackWriter.NONE, PackWriter.NONE);
            writer.writePack(monitor, monitor, pack);
        }
    }

    @Override
    public void close() {
        repository.close();
    }
}
