package dev.millrace.sink.changeset;

import dev.millrace.sink.changeset.Verdict.FileChange;
import dev.millrace.sink.changeset.Verdict.Kind;
import dev.millrace.sink.secret.Secrets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
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

    private final Quarantine quarantine;
    private final ChangesetProperties limits;
    private final Set<Rule> rules;
    private final ProtectedPaths protectedPaths;
    private final NewName names;
    private final Contents contents;
    private final List<FileChange> changes = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();

    TreeComparison(Quarantine quarantine, ChangesetProperties limits, Secrets secrets, Set<Rule> rules) {
        this.quarantine = quarantine;
        this.limits = limits;
        this.rules = rules;
        this.protectedPaths = new ProtectedPaths(limits.protectedPaths());
        this.names = new NewName(limits.portableNames());
        this.contents = new Contents(quarantine, secrets);
    }

    Verdict compare(ObjectId base, ObjectId head) throws IOException {
        try (var walk = new TreeWalk(quarantine.repository())) {
            walk.addTree(base);
            walk.addTree(head);
            walk.setFilter(TreeFilter.ANY_DIFF);
            long directories = 0;
            while (reasons.size() < MOST_REASONS && walk.next()) {
                if (!walk.isSubtree()) {
                    look(walk);
                    if (changes.size() > limits.maxFiles() && rules.contains(Rule.COUNTS)) {
                        return Verdict.Refused.because("More than %d files change; at most that many are allowed."
                                .formatted(limits.maxFiles()));
                    }
                } else if (enterable(walk)) {
                    // Directories are counted by themselves: a tree may name millions that hold no file.
                    if (++directories > mostDirectories() && rules.contains(Rule.COUNTS)) {
                        return Verdict.Refused.because(
                                "Too many directories change; at most %d are allowed.".formatted(mostDirectories()));
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

    private long mostDirectories() {
        return (long) limits.maxFiles() + limits.maxDepth();
    }

    private boolean enterable(TreeWalk walk) {
        int mode = walk.getRawMode(HEAD);
        if (mode != 0 && mode != DIRECTORY && rules.contains(Rule.KINDS)) {
            refuse(walk, "is of a mode that git does not write (%o)".formatted(mode));
            return false;
        }
        if (walk.getDepth() >= limits.maxDepth() && rules.contains(Rule.COUNTS)) {
            refuse(walk, "lies deeper than the %d directories that are allowed".formatted(limits.maxDepth()));
            return false;
        }
        return mode == 0 || named(walk);
    }

    private void look(TreeWalk walk) throws IOException {
        int mode = walk.getRawMode(HEAD);
        if (rules.contains(Rule.KINDS)) {
            switch (mode) {
                case 0, FILE, EXECUTABLE -> {}
                case LINK -> refuse(walk, "is a symbolic link; only regular files are taken");
                case SUBMODULE -> refuse(walk, "is a submodule; only regular files are taken");
                default -> refuse(walk, "is of a mode that git does not write (%o)".formatted(mode));
            }
        }
        if (mode != 0) {
            named(walk);
        }
        String path = walk.getPathString();
        if (rules.contains(Rule.PROTECTED)) {
            protectedPaths
                    .protecting(path)
                    .ifPresent(pattern ->
                            refuse(walk, "is protected: no task may change %s".formatted(ShownPath.of(pattern))));
        }
        if (reasons.isEmpty() && mode != 0 && mode != SUBMODULE) {
            lookInto(walk);
        }
        changes.add(new FileChange(path, kind(walk, mode)));
    }

    private void lookInto(TreeWalk walk) throws IOException {
        ObjectId blob = walk.getObjectId(HEAD);
        if (rules.contains(Rule.PRESENCE)) {
            contents.require(blob);
        }
        if (rules.contains(Rule.SECRETS)) {
            int before = walk.getRawMode(BASE);
            boolean comparable = before == FILE || before == EXECUTABLE;
            contents.secretsNewIn(blob, comparable ? walk.getObjectId(BASE) : ObjectId.zeroId())
                    .forEach(finding -> refuse(walk, "holds %s in line %d".formatted(finding.what(), finding.line())));
        }
    }

    private static Kind kind(TreeWalk walk, int mode) {
        if (mode == 0) {
            return Kind.DELETED;
        }
        return walk.getRawMode(BASE) == 0 ? Kind.ADDED : Kind.CHANGED;
    }

    private boolean named(TreeWalk walk) {
        if (!rules.contains(Rule.NAMES)) {
            return true;
        }
        var objection = names.objectionTo(walk.getRawPath());
        objection.ifPresent(why -> refuse(walk, why));
        return objection.isEmpty();
    }

    private void refuse(TreeWalk walk, String why) {
        reasons.add("`%s` %s.".formatted(ShownPath.of(walk.getPathString()), why));
    }
}
