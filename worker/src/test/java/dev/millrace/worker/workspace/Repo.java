package dev.millrace.worker.workspace;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.TreeWalk;

/** A bare repository for tests, and a look into what comes back. */
final class Repo implements AutoCloseable {
    private final Repository repository;
    private final Map<String, String> files = new TreeMap<>();

    Repo(Path directory) {
        try {
            repository = Git.init()
                    .setBare(true)
                    .setDirectory(directory.toFile())
                    .setInitialBranch("main")
                    .call()
                    .getRepository();
        } catch (GitAPIException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** Commits a file. Content starting with {@code #!} is executable. */
    ObjectId commit(String branch, String path, String content) throws IOException {
        files.put(path, content);
        return commit(branch);
    }

    ObjectId commit(String branch) throws IOException {
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            DirCache index = DirCache.newInCore();
            var builder = index.builder();
            for (var file : files.entrySet()) {
                var entry = new DirCacheEntry(file.getKey());
                entry.setFileMode(file.getValue().startsWith("#!") ? FileMode.EXECUTABLE_FILE : FileMode.REGULAR_FILE);
                entry.setObjectId(
                        inserter.insert(Constants.OBJ_BLOB, file.getValue().getBytes(StandardCharsets.UTF_8)));
                builder.add(entry);
            }
            builder.finish();
            var commit = new CommitBuilder();
            commit.setTreeId(index.writeTree(inserter));
            ObjectId parent = repository.resolve("refs/heads/" + branch);
            if (parent != null) {
                commit.setParentId(parent);
            }
            var someone = new PersonIdent("Someone", "someone@example.org");
            commit.setAuthor(someone);
            commit.setCommitter(someone);
            commit.setMessage("A commit");
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            var update = repository.updateRef("refs/heads/" + branch);
            update.setNewObjectId(id);
            update.forceUpdate();
            return id;
        }
    }

    Repository repository() {
        return repository;
    }

    /** A repository in memory that holds just what a checkout's pack holds. */
    static Repository unpacked(Checkout checkout) throws IOException {
        var bytes = new ByteArrayOutputStream();
        checkout.writePack(bytes);
        var target = new InMemoryRepository(new DfsRepositoryDescription("unpacked"));
        unpack(target, bytes.toByteArray());
        return target;
    }

    static void unpack(Repository target, byte[] pack) throws IOException {
        try (ObjectInserter inserter = target.newObjectInserter()) {
            inserter.newPackParser(new ByteArrayInputStream(pack)).parse(NullProgressMonitor.INSTANCE);
            inserter.flush();
        }
    }

    /** Path to mode and content, such as {@code 100644 text}. */
    static Map<String, String> files(Repository repository, String commit) throws IOException {
        var files = new TreeMap<String, String>();
        try (var walk = new TreeWalk(repository)) {
            var tree = repository.parseCommit(ObjectId.fromString(commit)).getTree();
            walk.addTree(tree);
            walk.setRecursive(true);
            while (walk.next()) {
                String content = FileMode.GITLINK.equals(walk.getRawMode(0))
                        ? walk.getObjectId(0).name()
                        : new String(repository.open(walk.getObjectId(0)).getBytes(), StandardCharsets.UTF_8);
                files.put(walk.getPathString(), walk.getFileMode() + " " + content);
            }
        }
        return files;
    }

    @Override
    public void close() {
        repository.close();
    }
}
