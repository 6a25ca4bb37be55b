package dev.millrace.standalone.forge;

import dev.millrace.schemas.id.RepoId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.jspecify.annotations.Nullable;

/** The bare repositories on disk. Callers close what they open. */
final class Repositories {
    private final Path dir;

    Repositories(Path dir) {
        this.dir = dir.resolve("repositories");
    }

    Repository open(RepoId repo) {
        try {
            return new FileRepositoryBuilder()
                    .setGitDir(path(repo).toFile())
                    .setBare()
                    .setMustExist(true)
                    .build();
        } catch (IOException missing) {
            throw new UncheckedIOException("no git repository of " + repo, missing);
        }
    }

    /** A repository with one commit that holds the files, or without any commit for no files. */
    void create(RepoId repo, String branch, Map<String, String> files, String name, String email, Instant when) {
        try (var git = new FileRepositoryBuilder()
                .setGitDir(path(repo).toFile())
                .setBare()
                .build()) {
            Files.createDirectories(path(repo).getParent());
            git.create(true);
            git.getConfig().setBoolean("receive", null, "autogc", false);
            git.getConfig().setBoolean("uploadpack", null, "allowReachableSHA1InWant", true);
            git.getConfig().save();
            git.updateRef(Constants.HEAD).link(Constants.R_HEADS + branch);
            if (!files.isEmpty()) {
                var author = new PersonIdent(name, email, when, ZoneOffset.UTC);
                point(git, Constants.R_HEADS + branch, commit(git, files, author), null);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot create a git repository of " + repo, failed);
        }
    }

    private static ObjectId commit(Repository git, Map<String, String> files, PersonIdent author) throws IOException {
        try (var inserter = git.newObjectInserter()) {
            var index = DirCache.newInCore();
            var entries = index.builder();
            for (var file : files.entrySet()) {
                var entry = new DirCacheEntry(file.getKey());
                boolean script = file.getValue().startsWith("#!");
                entry.setFileMode(script ? FileMode.EXECUTABLE_FILE : FileMode.REGULAR_FILE);
                entry.setObjectId(
                        inserter.insert(Constants.OBJ_BLOB, file.getValue().getBytes(StandardCharsets.UTF_8)));
                entries.add(entry);
            }
            entries.finish();
            var commit = new CommitBuilder();
            commit.setTreeId(index.writeTree(inserter));
            commit.setAuthor(author);
            commit.setCommitter(author);
            commit.setMessage("Initial commit\n");
            var id = inserter.insert(commit);
            inserter.flush();
            return id;
        }
    }

    /** Sets a reference, or deletes it where there is no target. */
    static void point(Repository git, String ref, @Nullable ObjectId target, @Nullable ObjectId old)
            throws IOException {
        var update = git.updateRef(ref);
        if (old != null) {
            update.setExpectedOldObjectId(old);
        }
        update.setForceUpdate(true);
        if (target == null) {
            update.delete();
            return;
        }
        update.setNewObjectId(target);
        RefUpdate.Result result = update.update();
        switch (result) {
            case NEW, FORCED, FAST_FORWARD, NO_CHANGE -> {}
            case LOCK_FAILURE,
                    IO_FAILURE,
                    REJECTED,
                    REJECTED_CURRENT_BRANCH,
                    REJECTED_MISSING_OBJECT,
                    REJECTED_OTHER_REASON,
                    NOT_ATTEMPTED,
                    RENAMED -> throw new IOException("%s could not be set: %s".formatted(ref, result));
        }
    }

    static Optional<ObjectId> branch(Repository git, String branch) {
        if (!Repository.isValidRefName(Constants.R_HEADS + branch)) {
            return Optional.empty();
        }
        return resolve(git, Constants.R_HEADS + branch);
    }

    static Optional<ObjectId> resolve(Repository git, String ref) {
        try {
            return Optional.ofNullable(git.exactRef(ref)).map(found -> found.getObjectId());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The commit of that whole id, if it is there. */
    static Optional<RevCommit> commit(Repository git, String id) {
        if (!ObjectId.isId(id.toLowerCase(Locale.ROOT))) {
            return Optional.empty();
        }
        try (var walk = new RevWalk(git)) {
            var commit = walk.parseCommit(ObjectId.fromString(id.toLowerCase(Locale.ROOT)));
            walk.parseBody(commit);
            return Optional.of(commit);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    static Optional<ObjectId> mergeBase(Repository git, ObjectId one, ObjectId other) {
        try (var walk = new RevWalk(git)) {
            walk.setRevFilter(RevFilter.MERGE_BASE);
            walk.markStart(walk.parseCommit(one));
            walk.markStart(walk.parseCommit(other));
            return Optional.ofNullable(walk.next()).map(RevCommit::copy);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path path(RepoId repo) {
        String key = repo.key();
        int slash = key.indexOf('/');
        return dir.resolve(key.substring(0, slash)).resolve(key.substring(slash + 1) + ".git");
    }
}
