package dev.millrace.sink.changeset;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Whether a result was made from the given commit and nothing else. Its commits go no further, but one that was made
 * from elsewhere would take back, as if on purpose, what the given commit has and that other has not.
 */
final class Ancestry {
    private static final int MOST = 1_000;

    private Ancestry() {}

    /** Passes where every way down from the head is new, and ends at the base. */
    static void check(Quarantine quarantine, RevCommit head, RevCommit base) throws PackRefused, IOException {
        var open = new ArrayDeque<ObjectId>(List.of(head));
        Set<ObjectId> seen = new HashSet<>(open);
        try (var walk = new RevWalk(quarantine.repository())) {
            walk.setRetainBody(false);
            while (!open.isEmpty()) {
                ObjectId next = open.remove();
                if (next.equals(base)) {
                    continue;
                }
                RevCommit commit = walk.parseCommit(next);
                if (!quarantine.brings(commit)) {
                    throw new PackRefused("The changes build on commit %s, not on the one that was given."
                            .formatted(commit.abbreviate(10).name()));
                }
                if (commit.getParentCount() == 0) {
                    throw new PackRefused("The changes have a beginning of their own, instead of the given commit.");
                }
                for (RevCommit parent : commit.getParents()) {
                    if (seen.add(parent.copy())) {
                        open.add(parent.copy());
                    }
                }
                if (seen.size() > MOST) {
                    throw new PackRefused("The changes are more than %d commits.".formatted(MOST));
                }
            }
        } catch (MissingObjectException | IncorrectObjectTypeException absent) {
            throw new PackRefused("The changes build on a commit that is not there.");
        }
    }
}
