package dev.millrace.sink.changeset;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.git.OwnConfigOnly;
import dev.millrace.schemas.avro.Changeset;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;

/** A bare repository with a branch {@code main} of two commits: a directory, a link, a workflow and a read-me. */
public final class BaseRepository implements AutoCloseable {
    public static final String TASK = "task-0000001";

    private final Repository repository;
    private final ObjectId readme;
    private final ObjectId src;
    private final ObjectId github;
    private final ObjectId link;
    private final ObjectId tree;
    private final ObjectId older;
    private final ObjectId commit;

    public BaseRepository(Path directory) throws IOException {
        OwnConfigOnly.install();
        repository = new FileRepositoryBuilder()
                .setGitDir(directory.toFile())
                .setBare()
                .build();
        repository.create(true);
        try (var inserter = repository.newObjectInserter()) {
            readme = inserter.insert(Constants.OBJ_BLOB, "read me\n".getBytes(UTF_8));
            link = inserter.insert(Constants.OBJ_BLOB, "README.md".getBytes(UTF_8));
            var inSrc = new TreeFormatter();
            inSrc.append("Main.java", FileMode.REGULAR_FILE, readme);
            src = inserter.insert(inSrc);
            var inGithub = new TreeFormatter();
            inGithub.append("ci.yml", FileMode.REGULAR_FILE, readme);
            github = inserter.insert(inGithub);
            var root = new TreeFormatter();
            root.append(".github", FileMode.TREE, github);
            root.append("README.md", FileMode.REGULAR_FILE, readme);
            root.append("link", FileMode.SYMLINK, link);
            root.append("src", FileMode.TREE, src);
            var base = new CommitBuilder();
            tree = inserter.insert(root);
            base.setTreeId(tree);
            var somebody = new PersonIdent("Somebody", "somebody@example.org", Instant.EPOCH, ZoneOffset.UTC);
            base.setAuthor(somebody);
            base.setCommitter(somebody);
            base.setMessage("begin");
            older = inserter.insert(base);
            base.setParentId(older);
            base.setMessage("go on");
            commit = inserter.insert(base);
            inserter.flush();
        }
        var main = repository.updateRef("refs/heads/main");
        main.setNewObjectId(commit);
        main.update();
    }

    public Repository repository() {
        return repository;
    }

    public String commit() {
        return commit.name();
    }

    /** The one before it, with the same files. */
    public String olderCommit() {
        return older.name();
    }

    /** The base's root entries, each to be replaced by the test: in git's order. */
    public byte[] github() {
        return HandmadePack.directory(".github", github);
    }

    public byte[] readme() {
        return HandmadePack.file("README.md", readme);
    }

    public byte[] link() {
        return HandmadePack.entry("120000", HandmadePack.bytes("link"), link);
    }

    public byte[] src() {
        return HandmadePack.directory("src", src);
    }

    public ObjectId tree() {
        return tree;
    }

    public ObjectId aBlob() {
        return readme;
    }

    public Changeset changeset(HandmadePack pack, ObjectId tree) {
        ObjectId head = pack.commit(tree, commit());
        return changeset(pack.bytes(), head.name());
    }

    public Changeset changeset(byte[] pack, String head) {
        return new Changeset(TASK, "acme/app", 1, commit(), head, ByteBuffer.wrap(pack));
    }

    public static Claim claim(Changeset changeset) {
        byte[] pack = changeset.getPack().array();
        return new Claim(
                TASK,
                1,
                changeset.getBaseCommit(),
                HexFormat.of().formatHex(HandmadePack.sha("SHA-256", pack)),
                pack.length);
    }

    @Override
    public void close() {
        repository.close();
    }
}
