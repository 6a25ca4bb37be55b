package dev.millrace.worker.workspace;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.sandbox.Unpacking;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.util.FS;

/** Writes a commit as a work tree with its {@code .git}, as if git had just cloned it, without git. For one use. */
final class BaseWriter {
    private static final int FILE = 0644;
    private static final int PROGRAM = 0755;
    private static final int READ_ONLY = 0444;

    /** So that git takes the index below for what the files are, though it was not made where they are. */
    private static final String CONFIG = """
            [core]
            	repositoryformatversion = 0
            	filemode = true
            	bare = false
            	logallrefupdates = true
            	checkStat = minimal
            	trustctime = false
            [user]
            	name = agent
            	email = agent@millrace.invalid
            """;

    private final Checkout checkout;
    private final Unpacking into;
    private final Instant modified;
    private final Base base = new Base();

    BaseWriter(Checkout checkout, Unpacking into) throws IOException {
        this.checkout = checkout;
        this.into = into;
        modified = Instant.ofEpochSecond(checkout.seconds());
    }

    Base write() throws IOException {
        Path spool = Files.createTempDirectory("millrace-base-");
        try {
            write(spool);
            return base;
        } finally {
            Directories.remove(spool);
        }
    }

    private void write(Path spool) throws IOException {
        Path index = spool.resolve("index");
        DirCache cache = DirCache.lock(index.toFile(), FS.DETECTED);
        try (var reader = checkout.newReader()) {
            DirCacheBuilder entries = cache.builder();
            base.addTrees(BaseTree.visit(reader, checkout.tree(), (path, mode, id, ends) -> {
                base.add(path, mode, id);
                var entry = new DirCacheEntry(path.bytes());
                entry.setFileMode(mode);
                entry.setObjectId(id);
                entry.setLength(entry(reader, path, mode, id, ends));
                entry.setLastModified(modified);
                entries.add(entry);
            }));
            entries.finish();
            cache.write();
            cache.commit();
        } finally {
            cache.unlock();
        }
        pack(spool);
        if (!checkout.shallow().isEmpty()) {
            text("shallow", String.join("\n", checkout.shallow()) + "\n");
        }
        text("config", CONFIG);
        text("refs/heads/" + checkout.baseBranch(), checkout.baseCommit() + "\n");
        text("HEAD", "ref: refs/heads/" + checkout.baseBranch() + "\n");
        // Later than the files: otherwise git would not trust it and read them all again.
        file("index", FILE, modified.plusSeconds(1), index);
    }

    /** Returns the length that the work tree has of it. */
    private long entry(ObjectReader reader, RawPath path, FileMode mode, ObjectId id, LineEnds ends)
            throws IOException {
        if (mode.equals(FileMode.GITLINK)) {
            into.directory(path.bytes(), PROGRAM, modified);
            return 0;
        }
        ObjectLoader content = reader.open(id, Constants.OBJ_BLOB);
        if (mode.equals(FileMode.SYMLINK)) {
            if (content.getSize() == 0 || content.getSize() > RawPath.LONGEST) {
                throw new RepositoryRefused(
                        "the repository has the symbolic link '%s', which names no path".formatted(path.shown()));
            }
            into.link(path.bytes(), modified, content.getCachedBytes());
            return content.getSize();
        }
        long size = content.getSize();
        boolean convert = false;
        if (ends.mayAddCr()) {
            try (InputStream in = content.openStream()) {
                var statistics = TextStatistics.of(in);
                convert = ends.addsCr(statistics);
                size += convert ? statistics.loneLf() : 0;
            }
        }
        try (InputStream in = convert ? LineEnds.withCr(content.openStream()) : content.openStream()) {
            into.file(path.bytes(), mode.equals(FileMode.EXECUTABLE_FILE) ? PROGRAM : FILE, modified, size, in);
        }
        return size;
    }

    private void pack(Path spool) throws IOException {
        Path pack = spool.resolve("pack");
        Path index = spool.resolve("idx");
        ObjectId name;
        try (var packOut = new BufferedOutputStream(Files.newOutputStream(pack));
                var indexOut = new BufferedOutputStream(Files.newOutputStream(index))) {
            name = checkout.writePack(packOut, indexOut);
        }
        file("objects/pack/pack-%s.pack".formatted(name.name()), READ_ONLY, modified, pack);
        file("objects/pack/pack-%s.idx".formatted(name.name()), READ_ONLY, modified, index);
    }

    private void text(String name, String content) throws IOException {
        byte[] bytes = content.getBytes(UTF_8);
        into.file(inGit(name), FILE, modified, bytes.length, new ByteArrayInputStream(bytes));
    }

    private void file(String name, int mode, Instant time, Path content) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(content), 1 << 16)) {
            into.file(inGit(name), mode, time, Files.size(content), in);
        }
    }

    private static byte[] inGit(String name) {
        return ".git/%s".formatted(name).getBytes(UTF_8);
    }
}
