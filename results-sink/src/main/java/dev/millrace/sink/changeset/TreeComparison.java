package dev.millrace.sink.changeset;

import dev.millrace.sink.changeset.Verdict.FileChange;
import dev.millrace.sink.changeset.Verdict.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/** Compares the result with the base entry by entry; looks only into what differs, and stops at the limits. */
final class TreeComparison {
    private static final int BASE = 0;
    private static final int HEAD = 1;
    private static final int FILE = 0100644;
    private static final int EXECUTABLE = 0100755;
    private static final int DIRECTORY = 0040000;
    private static final int LINK = 0120000;
    private static final int SUBMODULE = 0160000;
    private static final int MOST_REASONS = 20;
    /** Format characters turn text round or hide it; no honest name needs one. */
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private final Repository repository;
    private final ChangesetProperties limits;
    private final ProtectedPaths protectedPaths;
    private final ObjectChecker names;
    private final List<FileChange> changes = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();

    TreeComparison(Repository repository, ChangesetProperties limits) {
        this.repository = repository;
        this.limits = limits;
        this.protectedPaths = new ProtectedPaths(limits.protectedPaths());
        // What is new is held to the look-alikes of .git on every file system, whatever the repository has already.
        this.names = new ObjectChecker().setSafeForMacOS(true).setSafeForWindows(limits.portableNames());
    }

    Verdict compare(ObjectId base, ObjectId head) throws IOException {
        try (var walk = new TreeWalk(repository)) {
            walk.addTree(base);
            walk.addTree(head);
            walk.setFilter(TreeFilter.ANY_DIFF);
            long directories = 0;
            while (reasons.size() < MOST_REASONS && walk.next()) {
                if (!walk.isSubtree()) {
                    look(walk);
                    if (changes.size() > limits.maxFiles()) {
                        return Verdict.Refused.because("More than %d files change; at most that many are allowed."
                                .formatted(limits.maxFiles()));
                    }
                } else if (enterable(walk)) {
                    // Directories are counted by themselves: a tree may name millions that hold no file.
                    if (++directories > (long) limits.maxFiles() + limits.maxDepth()) {
                        return Verdict.Refused.because("Too many directories change; at most %d are allowed."
                                .formatted((long) limits.maxFiles() + limits.maxDepth()));
                    }
                    walk.enterSubtree();
                }
            }
        } catch (MissingObjectException | IncorrectObjectTypeException | CorruptObjectException incomplete) {
            return Verdict.Refused.because("The changes are incomplete or malformed: %s."
                    .formatted(ShownPath.of(String.valueOf(incomplete.getMessage()))));
        }
        if (!reasons.isEmpty()) {
            return new Verdict.Refused(reasons);
        }
        return changes.isEmpty() ? new Verdict.Empty() : new Verdict.Accepted(head, changes);
    }

    private boolean enterable(TreeWalk walk) {
        int mode = walk.getRawMode(HEAD);
        if (mode != 0 && mode != DIRECTORY) {
            refuse(walk, "is of a mode that git does not write (%o)".formatted(mode));
            return false;
        }
        if (walk.getDepth() >= limits.maxDepth()) {
            refuse(walk, "lies deeper than the %d directories that are allowed".formatted(limits.maxDepth()));
            return false;
        }
        return mode == 0 || named(walk);
    }

    private void look(TreeWalk walk) throws IOException {
        int mode = walk.getRawMode(HEAD);
        switch (mode) {
            case 0, FILE, EXECUTABLE -> {}
            case LINK -> refuse(walk, "is a symbolic link; only regular files are taken");
            case SUBMODULE -> refuse(walk, "is a submodule; only regular files are taken");
            default -> refuse(walk, "is of a mode that git does not write (%o)".formatted(mode));
        }
        if (mode != 0) {
            named(walk);
        }
        String path = walk.getPathString();
        protectedPaths
                .protecting(path)
                .ifPresent(pattern ->
                        refuse(walk, "is protected: no task may change %s".formatted(ShownPath.of(pattern))));
        if (reasons.isEmpty() && mode != 0) {
            requireBlob(walk.getObjectId(HEAD));
        }
        changes.add(new FileChange(path, kind(walk, mode)));
    }

    private static Kind kind(TreeWalk walk, int mode) {
        if (mode == 0) {
            return Kind.DELETED;
        }
        return walk.getRawMode(BASE) == 0 ? Kind.ADDED : Kind.CHANGED;
    }

    /** The pack need not hold it: it may be the base's, under another name. */
    private void requireBlob(ObjectId id) throws IOException {
        try (var reader = repository.newObjectReader()) {
            reader.open(id, Constants.OBJ_BLOB);
        }
    }

    private boolean named(TreeWalk walk) {
        byte[] path = walk.getRawPath();
        int start = path.length;
        while (start > 0 && path[start - 1] != '/') {
            start--;
        }
        try {
            String name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(path, start, path.length - start))
                    .toString();
            if (INVISIBLE.matcher(name).find()) {
                refuse(walk, "has control or invisible characters in its name");
                return false;
            }
            names.checkPathSegment(path, start, path.length);
            return true;
        } catch (CharacterCodingException notText) {
            refuse(walk, "has a name that is not UTF-8");
        } catch (CorruptObjectException notAllowed) {
            refuse(walk, "has a name that is not allowed (%s)".formatted(ShownPath.of("" + notAllowed.getMessage())));
        }
        return false;
    }

    private void refuse(TreeWalk walk, String why) {
        reasons.add("`%s` %s.".formatted(ShownPath.of(walk.getPathString()), why));
    }
}
