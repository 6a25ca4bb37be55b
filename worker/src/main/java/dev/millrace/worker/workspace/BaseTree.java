package dev.millrace.worker.workspace;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.jspecify.annotations.Nullable;

/** All files of a commit, with what its {@code .gitattributes} say of them. Refuses what no git would check out. */
final class BaseTree {
    private final ObjectReader reader;
    private final Visitor visitor;
    private final ObjectChecker names = new ObjectChecker().setSafeForMacOS(true);
    private final Set<ObjectId> trees = new HashSet<>();
    private long entries;

    private BaseTree(ObjectReader reader, Visitor visitor) {
        this.reader = reader;
        this.visitor = visitor;
    }

    /** Gets what is in the tree: files, links and submodules, no directories. */
    interface Visitor {
        void entry(RawPath path, FileMode mode, ObjectId id, LineEnds ends) throws IOException;
    }

    /**
     * Visits all.
     *
     * @return ids of all trees in it, and of itself
     * @throws RepositoryRefused if a path is none that git would check out, or there are too many
     * @throws IOException of the visitor, or if an object cannot be read
     */
    static Set<ObjectId> visit(ObjectReader reader, AnyObjectId tree, Visitor visitor) throws IOException {
        var walk = new BaseTree(reader, visitor);
        try {
            walk.directory(RawPath.ROOT, tree, null);
        } catch (ArrayIndexOutOfBoundsException malformed) {
            // so JGit says that a tree ends in the middle of an entry
            throw new RepositoryRefused("a tree of the repository is malformed: 'git fsck' finds it", malformed);
        }
        return walk.trees;
    }

    private void directory(RawPath path, AnyObjectId id, @Nullable AttributeRules above) throws IOException {
        trees.add(id.copy());
        var tree = new CanonicalTreeParser(null, reader, id);
        byte[] content = attributesFile(tree, path);
        AttributeRules attributes = above == null ? AttributeRules.ofRoot(content) : above.below(path, content);
        for (; !tree.eof(); tree.next(1)) {
            RawPath entry = path.child(name(tree, path));
            FileMode mode = tree.getEntryFileMode();
            refuseUnless(entry.chars().length() <= RawPath.LONGEST, entry, "that is longer than Linux takes");
            refuseUnless(++entries <= Workspace.MOST_ENTRIES, entry, "one more than " + Workspace.MOST_ENTRIES);
            if (mode.equals(FileMode.TREE)) {
                directory(entry, tree.getEntryObjectId(), attributes);
            } else {
                refuseUnless(!mode.equals(FileMode.MISSING), entry, "of no kind that git knows");
                visitor.entry(entry, mode, tree.getEntryObjectId(), LineEnds.of(attributes.of(entry)));
            }
        }
    }

    private String name(CanonicalTreeParser tree, RawPath directory) {
        var name = new byte[tree.getNameLength()];
        tree.getName(name, 0);
        RawPath entry = RawPath.of(name);
        try {
            names.checkPathSegment(name, 0, name.length);
        } catch (CorruptObjectException refused) {
            throw new RepositoryRefused(
                    "the repository has the path '%s', which no git checks out (%s): remove it there"
                            .formatted(directory.child(entry.chars()).shown(), refused.getMessage()),
                    refused);
        }
        return entry.chars();
    }

    private static void refuseUnless(boolean holds, RawPath path, String why) {
        if (!holds) {
            throw new RepositoryRefused("the repository has the path '%s', %s".formatted(path.shown(), why));
        }
    }

    private byte[] attributesFile(CanonicalTreeParser tree, RawPath path) throws IOException {
        byte[] content = AttributeRules.NO_FILE;
        for (; !tree.eof(); tree.next(1)) {
            if (tree.getEntryPathString().equals(Constants.DOT_GIT_ATTRIBUTES)
                    && (tree.getEntryRawMode() & FileMode.TYPE_MASK) == FileMode.TYPE_FILE) {
                ObjectLoader file = reader.open(tree.getEntryObjectId(), Constants.OBJ_BLOB);
                refuseUnless(
                        file.getSize() <= Workspace.LARGEST_RULES,
                        path.child(Constants.DOT_GIT_ATTRIBUTES),
                        "that is larger than %d bytes".formatted(Workspace.LARGEST_RULES));
                content = file.getBytes();
            }
        }
        tree.reset();
        return content;
    }
}
