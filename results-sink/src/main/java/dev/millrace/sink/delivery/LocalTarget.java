package dev.millrace.sink.delivery;

import dev.millrace.git.OwnConfigOnly;
import dev.millrace.schemas.id.RepoId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/**
 * Delivers to a git repository on this machine: adds objects and one branch, and touches nothing else; not the work
 * tree, the index, {@code HEAD} or any other branch. Which repository a task names plays no part.
 */
final class LocalTarget implements Destination {
    private final Path place;

    /**
     * @param place a work tree's root, or a bare repository
     */
    LocalTarget(Path place) {
        OwnConfigOnly.install();
        this.place = place;
    }

    @Override
    public Repository open(RepoId repo, String baseBranch, ObjectId baseCommit) throws IOException {
        Repository repository = open();
        if (!repository.getObjectDatabase().has(baseCommit)) {
            repository.close();
            throw new DeliveryRefused("The commit that the agent worked on, %s, is not in %s."
                    .formatted(baseCommit.abbreviate(10).name(), place));
        }
        return repository;
    }

    @Override
    public Optional<Proposed> proposed(RepoId repo, String branch, String baseBranch) {
        return Optional.empty();
    }

    @Override
    public void push(RepoId repo, String branch, ObjectId commit, Repository from) throws IOException {
        try (Repository to = open()) {
            copy(commit, from, to);
            create("refs/heads/" + branch, commit, to);
        }
    }

    @Override
    public boolean settles(RepoId repo, long number) {
        return false;
    }

    @Override
    public Optional<Proposed> propose(RepoId repo, Proposal proposal) {
        return Optional.empty();
    }

    @Override
    public void mark(RepoId repo, ObjectId commit, boolean good, Optional<Proposed> proposed) {
        // A local repository has no place for it.
    }

    private Repository open() throws IOException {
        var builder =
                new FileRepositoryBuilder().addCeilingDirectory(place.toFile()).setMustExist(true);
        builder.findGitDir(place.toFile());
        if (builder.getGitDir() == null) {
            builder.setGitDir(place.toFile()).setBare();
        }
        return builder.build();
    }

    /** One object after the other: JGit's own push to a path would also tidy up somebody's repository. */
    private static void copy(ObjectId commit, Repository from, Repository to) throws IOException {
        try (var walk = new ObjectWalk(from);
                ObjectReader reader = from.newObjectReader();
                ObjectInserter inserter = to.newObjectInserter()) {
            RevCommit tip = walk.parseCommit(commit);
            walk.markStart(tip);
            for (RevCommit parent : tip.getParents()) {
                walk.markUninteresting(walk.parseCommit(parent));
            }
            for (RevObject object = walk.next(); object != null; object = walk.next()) {
                copy(object, reader, inserter);
            }
            for (RevObject object = walk.nextObject(); object != null; object = walk.nextObject()) {
                copy(object, reader, inserter);
            }
            inserter.flush();
        }
    }

    private static void copy(RevObject object, ObjectReader reader, ObjectInserter inserter) throws IOException {
        var loader = reader.open(object, object.getType());
        try (var content = loader.openStream()) {
            inserter.insert(object.getType(), loader.getSize(), content);
        }
    }

    private static void create(String name, ObjectId commit, Repository to) throws IOException {
        Ref there = to.exactRef(name);
        if (there != null && commit.equals(there.getObjectId())) {
            return;
        }
        RefUpdate update = to.updateRef(name);
        update.setExpectedOldObjectId(ObjectId.zeroId());
        update.setNewObjectId(commit);
        update.setRefLogMessage("millrace: created", false);
        RefUpdate.Result result = update.update();
        switch (result) {
            case NEW, NO_CHANGE -> {}
            case LOCK_FAILURE, REJECTED, REJECTED_CURRENT_BRANCH, FAST_FORWARD, FORCED, RENAMED, NOT_ATTEMPTED ->
                throw new DeliveryRefused("Branch `%s` is there already, and is not this result (%s)."
                        .formatted(Repository.shortenRefName(name), result));
            case REJECTED_MISSING_OBJECT, REJECTED_OTHER_REASON, IO_FAILURE ->
                throw new IOException("could not create %s: %s".formatted(name, result));
        }
    }
}
