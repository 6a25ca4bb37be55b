package dev.millrace.worker.workspace;

import dev.millrace.worker.sandbox.FileStatus;
import dev.millrace.worker.sandbox.Sandbox;
import dev.millrace.worker.sandbox.SystemCallFailed;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;

/**
 * What git has of each path of the base, and what the path was in the sandbox before the agent began. Nobody inside can
 * set a file's last change ({@code ctime}), so a path whose status is the same has the same content.
 */
final class Base {
    private final Map<RawPath, Entry> entries = new HashMap<>();
    private final Set<RawPath> submodules = new HashSet<>();
    private final Set<ObjectId> objects = new HashSet<>();
    private final Map<RawPath, FileStatus> statuses = new HashMap<>();

    /** What git has. */
    record Entry(FileMode mode, ObjectId id) {}

    void add(RawPath path, FileMode mode, ObjectId id) {
        entries.put(path, new Entry(mode, id));
        if (mode.equals(FileMode.GITLINK)) {
            submodules.add(path);
        } else {
            objects.add(id);
        }
    }

    void addTrees(Set<ObjectId> trees) {
        objects.addAll(trees);
    }

    /** Takes down what is in the sandbox now. */
    void note(Sandbox sandbox) throws SystemCallFailed {
        listing(sandbox).forEach((path, status) -> {
            if (entries.containsKey(path)) {
                statuses.put(path, status);
            }
        });
    }

    /**
     * Takes down what commands that are none of the agent's have made of files that were not there, or not changed: the
     * same as the base, as long as it stays so.
     *
     * @param before what there was
     * @param after what there is now
     */
    void disregard(Map<RawPath, FileStatus> before, Map<RawPath, FileStatus> after) {
        after.forEach((path, now) -> {
            FileStatus was = before.get(path);
            if (was == null ? !entries.containsKey(path) : !was.equals(now) && isUnchanged(path, was)) {
                statuses.put(path, now);
            }
        });
    }

    /** All that is in the workspace, without what is named {@code .git} anywhere. */
    static Map<RawPath, FileStatus> listing(Sandbox sandbox) throws SystemCallFailed {
        var found = new HashMap<RawPath, FileStatus>();
        sandbox.list(
                Sandbox.WORKSPACE,
                Set.of(Constants.DOT_GIT),
                Workspace.MOST_ENTRIES,
                entry -> found.put(RawPath.of(entry.path()), entry.status()));
        return found;
    }

    Map<RawPath, Entry> entries() {
        return entries;
    }

    boolean isUnchanged(RawPath path, FileStatus now) {
        return now.equals(statuses.get(path));
    }

    boolean isSubmodule(RawPath path) {
        return submodules.contains(path);
    }

    boolean isInSubmodule(RawPath path) {
        if (submodules.isEmpty()) {
            return false;
        }
        for (RawPath above = path.parent(); !above.isRoot(); above = above.parent()) {
            if (submodules.contains(above)) {
                return true;
            }
        }
        return false;
    }

    /** Ids of all files, links and trees; the caller's own. */
    Set<ObjectId> objects() {
        return new HashSet<>(objects);
    }
}
