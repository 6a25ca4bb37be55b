package dev.millrace.worker.workspace;

import dev.millrace.worker.sandbox.FileStatus;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SandboxUnavailable;
import dev.millrace.worker.sandbox.SystemCallFailed;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.dircache.InvalidPathException;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.util.TemporaryBuffer;
import org.jspecify.annotations.Nullable;

/** Makes one commit of what a workspace's files are now, as {@code git add -A} would see them. For one use. */
final class ChangeReader {
    private static final String MESSAGE = "The workspace as the agent left it\n";

    private final Checkout checkout;
    private final Base base;
    private final WorkspaceFiles files;
    private final ObjectReader reader;
    private final Ignored ignored;
    private final NewPack pack;
    private final Map<RawPath, AttributeRules> attributes = new HashMap<>();

    /**
     * Takes down what is there.
     *
     * @param reader of the base's objects; not closed
     */
    ChangeReader(Sandbox sandbox, Checkout checkout, Base base, ObjectReader reader) throws SystemCallFailed {
        this.checkout = checkout;
        this.base = base;
        this.reader = reader;
        files = new WorkspaceFiles(sandbox);
        ignored = new Ignored(files);
        pack = new NewPack(base.objects(), Workspace.PACK_LIMIT);
    }

    /**
     * The change.
     *
     * @throws ChangeRefused if there is none that can be taken
     * @throws IOException if this machine failed
     */
    Change read() throws IOException {
        List<DirCacheEntry> entries = new ArrayList<>();
        boolean changed = false;
        for (var file : files.all().entrySet()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new SandboxUnavailable("interrupted while taking the files");
            }
            RawPath path = file.getKey();
            Base.@Nullable Entry was = base.entries().get(path);
            Base.@Nullable Entry is = entry(path, file.getValue(), was);
            changed |= is != null && !is.equals(was);
            if (is != null) {
                entries.add(indexed(path, is));
            }
        }
        // Nothing new, and as many as before: the same.
        return changed || entries.size() != base.entries().size() ? commit(entries) : new Change.NoChange();
    }

    /** What git is to have of a path; null if nothing. */
    private Base.@Nullable Entry entry(RawPath path, FileStatus status, Base.@Nullable Entry was) throws IOException {
        if (status.isDirectory()) {
            // What is in it is a repository of its own to git, whatever it is now.
            return base.isSubmodule(path) ? was : null;
        }
        if (!(status.isFile() || status.isLink()) || base.isInSubmodule(path)) {
            return null;
        }
        if (base.isUnchanged(path, status)) {
            return was;
        }
        if (was == null && ignored.contains(path)) {
            return null;
        }
        return taken(path, status, was);
    }

    private Base.@Nullable Entry taken(RawPath path, FileStatus status, Base.@Nullable Entry was) throws IOException {
        TemporaryBuffer content = files.content(path, status);
        if (content == null) {
            return null;
        }
        try {
            if (status.isLink()) {
                return new Base.Entry(FileMode.SYMLINK, insert(content.length(), content::openInputStream));
            }
            FileMode mode = (status.mode() & 0100) != 0 ? FileMode.EXECUTABLE_FILE : FileMode.REGULAR_FILE;
            return new Base.Entry(
                    mode, insert(content, LineEnds.of(attributes(path.parent()).of(path)), was));
        } finally {
            content.destroy();
        }
    }

    private ObjectId insert(TemporaryBuffer content, LineEnds ends, Base.@Nullable Entry was) throws IOException {
        if (ends.mayConvert()) {
            TextStatistics statistics;
            try (InputStream in = content.openInputStream()) {
                statistics = TextStatistics.of(in);
            }
            if (ends.dropsCr(statistics, hasCrLf(was))) {
                return insert(
                        content.length() - statistics.crLf(), () -> LineEnds.withoutCr(content.openInputStream()));
            }
        }
        return insert(content.length(), content::openInputStream);
    }

    private ObjectId insert(long length, NewPack.Content content) throws IOException {
        return pack.insert(Constants.OBJ_BLOB, length, content);
    }

    private boolean hasCrLf(Base.@Nullable Entry was) throws IOException {
        if (was == null || was.mode().equals(FileMode.GITLINK)) {
            return false;
        }
        try (InputStream in = reader.open(was.id(), Constants.OBJ_BLOB).openStream()) {
            var statistics = TextStatistics.of(in);
            return statistics.crLf() > 0 && !statistics.binary();
        }
    }

    private AttributeRules attributes(RawPath directory) throws IOException {
        AttributeRules known = attributes.get(directory);
        if (known == null) {
            byte[] content = attributesFile(directory.child(Constants.DOT_GIT_ATTRIBUTES));
            known = directory.isRoot()
                    ? AttributeRules.ofRoot(content)
                    : attributes(directory.parent()).below(directory, content);
            attributes.put(directory, known);
        }
        return known;
    }

    /** Where it is deleted, the base's counts, as git goes by its index then. */
    private byte[] attributesFile(RawPath path) throws IOException {
        byte[] content = files.rules(path);
        if (content != null) {
            return content;
        }
        Base.@Nullable Entry was = base.entries().get(path);
        return was == null || (was.mode().getBits() & FileMode.TYPE_MASK) != FileMode.TYPE_FILE
                ? AttributeRules.NO_FILE
                : reader.open(was.id(), Constants.OBJ_BLOB).getCachedBytes(Workspace.LARGEST_RULES);
    }

    private static DirCacheEntry indexed(RawPath path, Base.Entry entry) throws ChangeRefused {
        try {
            var indexed = new DirCacheEntry(path.bytes());
            indexed.setFileMode(entry.mode());
            indexed.setObjectId(entry.id());
            return indexed;
        } catch (InvalidPathException refused) {
            throw new ChangeRefused("git takes no path '%s'".formatted(path.shown()));
        }
    }

    private Change commit(List<DirCacheEntry> entries) throws IOException {
        DirCache index = DirCache.newInCore();
        DirCacheBuilder builder = index.builder();
        entries.forEach(builder::add);
        builder.finish();
        var agent = new PersonIdent(
                "agent", "agent@millrace.invalid", Instant.ofEpochSecond(checkout.seconds()), ZoneOffset.UTC);
        var commit = new CommitBuilder();
        commit.setTreeId(index.writeTree(pack));
        commit.setParentId(ObjectId.fromString(checkout.baseCommit()));
        commit.setAuthor(agent);
        commit.setCommitter(agent);
        commit.setMessage(MESSAGE);
        ObjectId head = pack.insert(commit);
        return new Change.Changed(checkout.baseCommit(), head.name(), pack.finish());
    }
}
