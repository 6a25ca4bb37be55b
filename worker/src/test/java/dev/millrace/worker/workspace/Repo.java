package dev.millrace.worker.workspace;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.internal.storage.file.ObjectDirectory;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.treewalk.TreeWalk;

/** A bare repository for tests, and a look into what comes back. */
public final class Repo implements AutoCloseable {
    private static final Instant LONG_AGO = Instant.parse("2020-02-02T20:20:20Z");

    private final Repository repository;
    private final Map<String, String> files = new TreeMap<>();
    private final Map<String, Long> large = new TreeMap<>();

    public Repo(Path directory) {
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
    public ObjectId commit(String branch, String path, String content) throws IOException {
        files.put(path, content);
        return commit(branch);
    }

    /** So many zeros, for the next commit. */
    void addLarge(String path, long size) {
        large.put(path, size);
    }

    private static InputStream zeros(long size) {
        return new InputStream() {
            private long left = size;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                int count = (int) Math.min(left, length);
                Arrays.fill(into, offset, offset + count, (byte) 0);
                left -= count;
                return count == 0 ? -1 : count;
            }
        };
    }

    /** Into one pack, so that many files take no time. */
    private ObjectInserter newInserter() {
        return ((ObjectDirectory) repository.getObjectDatabase()).newPackInserter();
    }

    /** For the next commit. */
    void add(String path, String content) {
        files.put(path, content);
    }

    ObjectId commit(String branch) throws IOException {
        return commit(branch, builder -> {});
    }

    /** Commits what an entry says, beside the files. */
    ObjectId commit(String branch, FileMode mode, byte[] path, byte[] content) throws IOException {
        return commit(branch, builder -> {
            var entry = new DirCacheEntry(path);
            entry.setFileMode(mode);
            try (ObjectInserter inserter = repository.newObjectInserter()) {
                entry.setObjectId(
                        mode.equals(FileMode.GITLINK)
                                ? ObjectId.fromRaw(content)
                                : inserter.insert(Constants.OBJ_BLOB, content));
                inserter.flush();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            builder.add(entry);
        });
    }

    private ObjectId commit(String branch, Consumer<DirCacheBuilder> more) throws IOException {
        try (ObjectInserter inserter = newInserter()) {
            DirCache index = DirCache.newInCore();
            var builder = index.builder();
            for (var file : files.entrySet()) {
                var entry = new DirCacheEntry(file.getKey());
                entry.setFileMode(file.getValue().startsWith("#!") ? FileMode.EXECUTABLE_FILE : FileMode.REGULAR_FILE);
                entry.setObjectId(
                        inserter.insert(Constants.OBJ_BLOB, file.getValue().getBytes(StandardCharsets.UTF_8)));
                builder.add(entry);
            }
            for (var file : large.entrySet()) {
                var entry = new DirCacheEntry(file.getKey());
                entry.setFileMode(FileMode.REGULAR_FILE);
                entry.setObjectId(inserter.insert(Constants.OBJ_BLOB, file.getValue(), zeros(file.getValue())));
                builder.add(entry);
            }
            more.accept(builder);
            builder.finish();
            return commit(branch, inserter, index.writeTree(inserter));
        }
    }

    private ObjectId commit(String branch, ObjectInserter inserter, ObjectId tree) throws IOException {
        var commit = new CommitBuilder();
        commit.setTreeId(tree);
        ObjectId parent = repository.resolve("refs/heads/" + branch);
        if (parent != null) {
            commit.setParentId(parent);
        }
        var someone = new PersonIdent("Someone", "someone@example.org", LONG_AGO, ZoneOffset.UTC);
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

    /** Commits a tree of one file, whatever its name. */
    void commitTree(String branch, byte[] name) throws IOException {
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            var tree = new TreeFormatter();
            tree.append(
                    name,
                    0,
                    name.length,
                    FileMode.REGULAR_FILE,
                    inserter.insert(Constants.OBJ_BLOB, new byte[1]),
                    true);
            commit(branch, inserter, inserter.insert(tree));
        }
    }

    Repository repository() {
        return repository;
    }

    /** A repository in memory that holds just what a checkout's pack holds. */
    static Repository unpacked(Checkout checkout) throws IOException {
        var bytes = new ByteArrayOutputStream();
        checkout.writePack(bytes, OutputStream.nullOutputStream());
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

    /** The files of a change to the repository in that directory. */
    public static Map<String, String> files(Path directory, Change.Changed change) throws IOException {
        try (Repository base = Git.open(directory.toFile()).getRepository()) {
            unpack(base, change.pack());
            return files(base, change.headCommit());
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
